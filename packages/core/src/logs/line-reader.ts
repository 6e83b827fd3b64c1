import type { ParsedLine } from '../backends/backend.js';
import { safeText } from '../support/safe-text.js';
import { SecretMask } from '../support/secret-mask.js';

/** Reads lines of a log as a backend does, and makes them fit to be shown: safe, and without secrets. */
export class LineReader {
  readonly #parseLine: (line: string) => ParsedLine;
  readonly #mask = new SecretMask();

  constructor(parseLine: (line: string) => ParsedLine) {
    this.#parseLine = parseLine;
  }

  hide(secrets: readonly string[]): void {
    this.#mask.hide(secrets);
  }

  /** Never throws. */
  read(line: string): ParsedLine {
    const { level, message, elapsedMs } = this.#parse(safeText(line));
    // What was parsed may have control characters that its line has not: those of JSON are spelled out there.
    return { level, message: this.#mask.mask(safeText(message)), elapsedMs };
  }

  #parse(line: string): ParsedLine {
    try {
      return this.#parseLine(line);
    } catch {
      // A backend's parser that throws breaks its promise; the line is worth more than that.
      return { level: 'info', message: line, elapsedMs: null };
    }
  }
}
