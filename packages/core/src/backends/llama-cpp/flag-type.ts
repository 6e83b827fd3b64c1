/** What a flag takes, as far as its help tells. */
export interface FlagType {
  readonly type: 'boolean' | 'integer' | 'number' | 'enum' | 'string';
  /** The only values of an `enum`. */
  readonly values?: readonly string[];
  /** What stands between the parts of a value that is a list. */
  readonly separator?: ',';
  /** Whether the flag may be given more than once, each adding to the others. */
  readonly repeatable: boolean;
}

/** Tells what a flag takes from its placeholder and description. In doubt it is `string`, which takes anything. */
export function flagType(value: string | null, description: string): FlagType {
  const flat = description.replace(/\s+/g, ' ');
  const repeatable = /can be (repeated|specified multiple times|used multiple times)/i.test(flat);
  if (value === null) return { type: 'boolean', repeatable };
  const values = listedValues(value, flat);
  if (values !== null) return { type: 'enum', values, repeatable };
  if (value.includes(',...') || value.includes(',..>') || /comma-separated/i.test(flat))
    return { type: 'string', separator: ',', repeatable };
  return { type: numericType(value, flat), repeatable: repeatable || isAdditive(flat) };
}

function listedValues(value: string, flat: string): string[] | null {
  const inPlaceholder =
    /^\[([\w+.-]+(?:\|[\w+.-]+)+)\]$/.exec(value) ??
    /^<([\w+.-]+(?:\|[\w+.-]+)+)>$/.exec(value) ??
    /^\{([\w+.-]+(?:,[\w+.-]+)+)\}$/.exec(value);
  if (inPlaceholder?.[1] !== undefined) return inPlaceholder[1].split(/[|,]/);
  const allowed = /allowed values: ([\w+.-]+(?:, [\w+.-]+)+)/.exec(flat)?.[1];
  return allowed?.split(', ') ?? null;
}

const numericPlaceholder = /^(N|P|SEED|INDEX|PORT|SECONDS|SIMILARITY|START END|<\d+\.\.\.\d+>)$/;

function numericType(value: string, flat: string): FlagType['type'] {
  // "either an exact number, 'auto', or 'all'"
  if (!numericPlaceholder.test(value) || /exact number, '/.test(flat)) return 'string';
  if (/^(INDEX|PORT|SECONDS|START END|<)/.test(value)) return 'integer';
  if (/\bnumber of\b|\bfirst N\b/.test(flat)) return 'integer';
  const standard = /default: ?([^\s,);]+)/.exec(flat)?.[1] ?? '';
  return /^-?\d+$/.test(standard) || standard === '<num_cpus>' ? 'integer' : 'number';
}

/** Flags of which the help shows, without saying so, that each use adds one item. */
function isAdditive(flat: string): boolean {
  return /^(add sequence breaker|modifies the likelihood of token)/.test(flat);
}
