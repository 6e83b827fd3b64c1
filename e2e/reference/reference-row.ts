import { readFileSync } from 'node:fs';

/** What a documented field holds: a type, one value, one of some values, or a list of so many items. */
export type FieldRule =
  | 'string'
  | 'integer'
  | 'number'
  | 'array'
  | 'timestamp'
  | { readonly is: string | number }
  | { readonly oneOf: readonly string[] }
  | { readonly count: number };

/** Documented fields by their path, as in `instances[].name`; `[]` stands for every item. */
export type FieldRules = Readonly<Record<string, FieldRule>>;

/** A request as the reference has it, with `name` in place of `{name}`. */
export interface ReferenceRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly name?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface RowBase {
  readonly id: string;
  /** Heading of the reference that says it. */
  readonly section: string;
  /** Set while it is not built. Such a row must fail, in the way that `answersNow` says. */
  readonly unbuilt?: true;
  /** Status that is answered while it is not built. */
  readonly answersNow?: number;
}

/** A request and its answer. */
export interface RequestRow extends RowBase {
  readonly request: ReferenceRequest;
  readonly status: number;
  readonly fields: FieldRules;
  /** Headers of the answer, each a whole number. */
  readonly headers?: Readonly<Record<string, 'integer'>>;
  /** The model that stands in for the documented path. Default: one that loads. */
  readonly model?: 'corrupt';
  /** Settings of a server of its own that this needs, by environment; its credentials stand in for the documented ones. */
  readonly server?: Readonly<Record<string, string>>;
  /** Whether it is sent to a server of its own, which counts requests as it does when nobody has set it up. */
  readonly limits?: true;
  /** How often it is sent; the last answer counts, and is the first with its status. Default: once. */
  readonly times?: number;
  /** Lines that the log must have before. */
  readonly logLines?: number;
  /** The answer is a stream of JSON lines, to which later ones are added. */
  readonly stream?: true;
  /** What is broken before. */
  readonly fault?: 'log-is-a-folder';
  /** The status that an instance comes to afterwards. */
  readonly then?: { readonly instance: string; readonly status: string };
}

/** The opening of a socket; its messages are kept from then on. */
export interface SocketRow extends RowBase {
  readonly socket: string;
}

/** A message that must have come, or come soon. */
export interface MessageRow extends RowBase {
  readonly message: string;
  readonly fields: FieldRules;
}

/** One promise of the reference. Rows are played in their order, which is the life of some instances. */
export type ReferenceRow = RequestRow | SocketRow | MessageRow;

/** Every row, in order. */
export const referenceRows: readonly ReferenceRow[] = JSON.parse(
  readFileSync(new URL('rows.json', import.meta.url), 'utf8'),
);
