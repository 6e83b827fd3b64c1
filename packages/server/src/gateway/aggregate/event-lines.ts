import { StringDecoder } from 'node:string_decoder';

/** Takes the data of events out of the bytes of an event stream whose events have one line of data each. */
export class EventLines {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The data of the events whose line has ended. */
  push(chunk: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []));
  }
}
