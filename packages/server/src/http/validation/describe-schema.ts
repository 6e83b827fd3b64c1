/** The part of a JSON Schema that requests are made of. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly description?: string;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | false;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** Says what a value must be, as in "a whole number from 1 to 65535"; for the end of a sentence. */
export function describeSchema(schema: JsonSchema): string {
  const distinct = [...new Set(alternativesOf(schema))];
  const last = distinct.pop() ?? 'something else';
  return distinct.length === 0 ? last : `${distinct.join(', ')} or ${last}`;
}

function alternativesOf(schema: JsonSchema): string[] {
  if (schema.enum) return [`one of ${schema.enum.map(String).join(', ')}`];
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.anyOf) return schema.anyOf.flatMap(alternativesOf);
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.map((type) => describeType(type, schema));
}

function describeType(type: string, schema: JsonSchema): string {
  switch (type) {
    case 'integer':
      return `a whole number${describeRange(schema)}`;
    case 'number':
      return `a number${describeRange(schema)}`;
    case 'string':
      return describeText(schema);
    case 'boolean':
      return 'true or false';
    case 'array':
      return describeList(schema);
    case 'object':
      return 'an object';
    default:
      return type;
  }
}

function describeRange({ minimum = -Infinity, maximum = Infinity }: JsonSchema): string {
  const low = minimum > Number.MIN_SAFE_INTEGER;
  const high = maximum < Number.MAX_SAFE_INTEGER;
  if (low && high) return ` from ${minimum} to ${maximum}`;
  if (low) return ` of at least ${minimum}`;
  return high ? ` of at most ${maximum}` : '';
}

/** Patterns of the contract in words; a regular expression says little to people. */
const patternsInWords = new Map([
  ['^[^\\0]*$', 'without NUL'],
  ['^[A-Za-z0-9_-]{1,64}:\\d{1,15}$', 'of the form epoch:seq, as messages carry them'],
  [
    '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
    'of 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit',
  ],
]);

function describeText({ minLength, maxLength, pattern }: JsonSchema): string {
  const parts = ['text'];
  if (minLength && maxLength) parts.push(`of ${minLength} to ${maxLength} characters`);
  else if (maxLength) parts.push(`of at most ${maxLength} characters`);
  else if (minLength) parts.push(`of at least ${minLength} characters`);
  if (pattern !== undefined) parts.push(patternsInWords.get(pattern) ?? `that matches ${pattern}`);
  return parts.join(' ');
}

function describeList({ items, maxItems, prefixItems }: JsonSchema): string {
  if (prefixItems)
    return `a list of ${prefixItems.length}: ${prefixItems.map(describeSchema).join(', ')}`;
  const most = maxItems === undefined ? '' : ` of at most ${maxItems} items`;
  return items ? `a list${most}, each ${describeSchema(items)}` : `a list${most}`;
}
