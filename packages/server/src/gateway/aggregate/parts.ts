import type { Fields } from './joined.js';

/** An answer in one piece. */
export interface Outcome {
  readonly status: number;
  readonly body: unknown;
}

/** Takes the parts of an answer. */
export interface Parts {
  /** Takes the data of an event. @throws SyntaxError when it is no JSON */
  add(data: string): void;
  /** The whole; null when it has no end. */
  outcome(): Outcome | null;
}

/** What a request gets in one piece when it fails. */
export function failed(error: Fields): Outcome {
  const { code } = error;
  const isStatus = Number.isInteger(code) && Number(code) >= 400 && Number(code) < 600;
  return { status: isStatus ? Number(code) : 500, body: { error } };
}
