import { BodyReader } from './body-reader.js';
import { parseHead, type ResponseHead, WireError } from './response-head.js';

/** Told what an answer is, as it comes. */
export interface ResponseHandler {
  onHead(head: ResponseHead): void;
  onBody(chunk: Buffer): void;
  onEnd(): void;
}

/** More head than any server of ours sends. */
const maxHeadBytes = 65_536;
const headEnd = Buffer.from('\r\n\r\n');

/** Reads one HTTP/1 answer out of the bytes of a connection. It is strict: what it does not understand ends it. */
export class ResponseReader {
  readonly #isHead: boolean;
  readonly #handler: ResponseHandler;
  #head: Buffer | null = Buffer.alloc(0);
  #body: BodyReader | null = null;
  #canReuse = false;
  #hasEnded = false;

  /** @param method - Of the request: an answer to HEAD has no body, whatever it announces. */
  constructor(method: string, handler: ResponseHandler) {
    this.#isHead = method === 'HEAD';
    this.#handler = handler;
  }

  /** Whether the whole answer is there. */
  get isDone(): boolean {
    return this.#body?.isDone ?? false;
  }

  /** Whether the connection may carry another request after this answer. */
  get canReuse(): boolean {
    return this.#canReuse;
  }

  /**
   * Takes what came; what is left over after the answer makes the connection useless.
   * @throws WireError
   */
  push(data: Buffer): void {
    const rest = this.#head === null ? data : this.#readHead(data);
    if (rest === null || this.#body === null) return;
    const left = this.#body.push(rest, (chunk) => this.#handler.onBody(chunk));
    if (left.length > 0) this.#canReuse = false;
    if (this.#body.isDone) this.#end();
  }

  /** The other side has closed. @throws WireError when the answer is not whole */
  close(): void {
    if (this.isDone) return;
    if (!this.#body?.endsAtClose) throw new WireError('it closed the connection too early');
    this.#body.finish();
    this.#end();
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#handler.onEnd();
  }

  /** Returns what follows the head; null when there is more of it to come. */
  #readHead(data: Buffer): Buffer | null {
    let bytes = this.#head?.length ? Buffer.concat([this.#head, data]) : data;
    for (;;) {
      const end = bytes.indexOf(headEnd);
      if ((end < 0 ? bytes.length : end) > maxHeadBytes)
        throw new WireError('its head is too long');
      if (end < 0) {
        this.#head = bytes;
        return null;
      }
      const head = parseHead(bytes.toString('latin1', 0, end));
      bytes = bytes.subarray(end + headEnd.length);
      // Such as 100 Continue: the answer itself follows.
      if (head.status < 200) continue;
      this.#head = null;
      this.#begin(head);
      return bytes;
    }
  }

  #begin(head: ResponseHead): void {
    const isBare = this.#isHead || head.status === 204 || head.status === 304;
    this.#body = new BodyReader(isBare ? { kind: 'length', length: 0 } : head.framing);
    this.#canReuse = head.keepAlive && !this.#body.endsAtClose;
    this.#handler.onHead(head);
  }
}
