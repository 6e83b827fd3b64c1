import { readFileSync } from 'node:fs';

/** What a line of the reference is about. */
export type LineKind =
  | 'address'
  | 'command'
  | 'condition'
  | 'endpoint'
  | 'header'
  | 'library'
  | 'limit'
  | 'link'
  | 'message'
  | 'parameter'
  | 'request'
  | 'response'
  | 'status';

/** One thing that the reference says, and what holds it. */
export interface PageLine {
  readonly kind: LineKind;
  readonly line: string;
  /** Ids of rows. */
  readonly rows: readonly string[];
  /** Paths of the fields that an example has. */
  readonly fields?: readonly string[];
  /** Tests beside this one that hold it, where no request can. */
  readonly tests?: readonly string[];
}

/** A section of the reference. */
export interface PageSection {
  readonly heading: string;
  /** 1 for the title. */
  readonly level: number;
  readonly lines: readonly PageLine[];
}

/** The reference, heading after heading and line after line. */
export const page: readonly PageSection[] = JSON.parse(
  readFileSync(new URL('page.json', import.meta.url), 'utf8'),
);
