import { type FlagType, flagType } from './flag-type.js';

/** One flag of a backend with all its spellings, as its `--help` tells it. */
export interface FlagEntry extends FlagType {
  /** Spellings with their dashes, in the order of the help. */
  readonly flags: readonly string[];
  /** Spellings that switch it off. */
  readonly negations: readonly string[];
  /** The environment variable that says the same. */
  readonly env: string | null;
  /** The value as the help names it, as in `N` or `[on|off]`; null for a switch. */
  readonly value: string | null;
  /** Number of arguments that follow the flag. */
  readonly arity: number;
  readonly description: string;
  /** The backend lists the flag only to refuse it. */
  readonly removed: boolean;
}

/** The flags of one build. */
export class FlagTable {
  readonly entries: readonly FlagEntry[];
  readonly #byFlag = new Map<string, FlagEntry>();
  readonly #byVariable = new Map<string, FlagEntry>();

  constructor(entries: readonly FlagEntry[]) {
    this.entries = entries;
    for (const entry of entries) {
      for (const flag of [...entry.flags, ...entry.negations]) this.#byFlag.set(flag, entry);
      if (entry.env !== null) this.#byVariable.set(entry.env, entry);
    }
  }

  /** The entry that a spelling belongs to. */
  find(flag: string): FlagEntry | undefined {
    return this.#byFlag.get(flag);
  }

  findVariable(name: string): FlagEntry | undefined {
    return this.#byVariable.get(name);
  }
}

/** Reads the text of `--help`. Lines that describe no flag are passed over. */
export function parseFlagTable(help: string): FlagTable {
  const blocks: string[][] = [];
  for (const line of help.split(/\r?\n/)) {
    if (/^-{1,2}[A-Za-z0-9]/.test(line)) blocks.push([line]);
    else if (/^\s/.test(line)) blocks.at(-1)?.push(line);
  }
  return new FlagTable(blocks.map(parseEntry));
}

function parseEntry([first = '', ...others]: readonly string[]): FlagEntry {
  const head = parseHead(first);
  const description = [head.text, ...others.map((line) => line.trim())].join('\n').trim();
  const { flags, negations } = splitNegations(head.spellings, head.value);
  return {
    flags,
    negations,
    env: /\(env: (\w+)\)/.exec(description)?.[1] ?? null,
    value: head.value,
    arity: arityOf(head.value),
    description,
    removed: /argument has been removed/i.test(description),
    ...flagType(head.value, description),
  };
}

function parseHead(line: string): { spellings: string[]; value: string | null; text: string } {
  const spellings: string[] = [];
  let rest = line;
  for (;;) {
    const match = /^(-{1,2}[A-Za-z0-9][\w.-]*)(,\s+(?=-))?/.exec(rest);
    if (match?.[1] === undefined) break;
    spellings.push(match[1]);
    rest = rest.slice(match[0].length);
    if (match[2] === undefined) break;
  }
  const [, value = '', text = ''] = /^(?: (\S.*?))?(?:\s{2,}(.*))?$/.exec(rest) ?? [];
  return { spellings, value: value === '' ? null : value, text };
}

/** The spellings that switch off come last: those after the last long one without `no`. */
function splitNegations(spellings: readonly string[], value: string | null) {
  const lastPositive = spellings.findLastIndex((flag) => /^--(?!no-)/.test(flag));
  const negative = spellings.slice(lastPositive + 1);
  if (value !== null || lastPositive < 0 || !negative.some((flag) => flag.startsWith('--no-')))
    return { flags: spellings, negations: [] };
  return { flags: spellings.slice(0, lastPositive + 1), negations: negative };
}

/** `START END` are two arguments, `<tensor name pattern>=…` is one. */
function arityOf(value: string | null): number {
  if (value === null) return 0;
  return value.replace(/<[^>]*>|\[[^\]]*\]|\{[^}]*\}/g, 'x').split(/\s+/).length;
}
