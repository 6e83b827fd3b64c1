/** The part of JSON Schema that the documents are written in. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: boolean | JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** Named schemas, as `components.schemas` has them. */
export type Shapes = Readonly<Record<string, JsonSchema>>;

/** The schema that a reference leads to, by its name. */
export function shapeOf(reference: string, shapes: Shapes): { name: string; schema: JsonSchema } {
  const name = reference.split('/').at(-1) ?? '';
  const schema = shapes[name];
  if (schema === undefined) throw new Error(`there is no schema ${reference}`);
  return { name, schema };
}
