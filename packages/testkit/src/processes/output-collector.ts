import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** What is kept of a stream's text: enough for any test, bounded for a program that floods. */
const keptCharacters = 16 * 2 ** 20;

/** Collects a stream's text; emits `change` when there is more of it, or it ended. */
export class OutputCollector extends EventEmitter<{ change: [] }> {
  #text = '';
  #dropped = 0;
  /** Position behind the last line end: to look for it again in a line of megabytes would cost seconds. */
  #completeTo = 0;
  #ended = false;

  constructor(stream: Readable) {
    super();
    this.setMaxListeners(0);
    const decoder = new StringDecoder('utf8');
    stream.on('data', (chunk: Buffer) => this.#add(decoder.write(chunk)));
    stream.on('close', () => {
      this.#ended = true;
      this.#add(decoder.end());
    });
  }

  /** All text so far, or the newest 16 million characters of it. */
  get text(): string {
    return this.#text;
  }

  /** The lines that were completed after a position, and the position after them. */
  linesFrom(position: number): { readonly lines: string[]; readonly next: number } {
    const start = Math.max(0, position - this.#dropped);
    const end = this.#ended ? this.#text.length : this.#completeTo - this.#dropped;
    if (end <= start) return { lines: [], next: position };
    const lines = this.#text.slice(start, end).split('\n');
    if (lines.at(-1) === '') lines.pop();
    return { lines, next: this.#dropped + end };
  }

  #add(text: string): void {
    const lineEnd = text.lastIndexOf('\n');
    if (lineEnd >= 0) this.#completeTo = this.#dropped + this.#text.length + lineEnd + 1;
    this.#text += text;
    const surplus = this.#text.length - keptCharacters;
    // Cut now and then, not at every chunk.
    if (surplus > keptCharacters) {
      this.#text = this.#text.slice(surplus);
      this.#dropped += surplus;
    }
    this.emit('change');
  }
}
