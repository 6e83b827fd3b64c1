const blockBytes = 64 * 1024;

/**
 * The bytes of a body as they come. Small parts are copied together: each is an object, and may keep all the memory alive that
 * was read at one time from its connection, so that a body in parts of one byte takes hundreds of times its length.
 */
export class BodyParts {
  /** The only part so far, as it came: most bodies have no other. */
  #first: Buffer | undefined;
  readonly #blocks: Buffer[] = [];
  /** What the last block still has room for. */
  #room = 0;
  length = 0;
  count = 0;

  add(part: Buffer): void {
    this.length += part.length;
    this.count += 1;
    if (this.count === 1) {
      this.#first = part;
      return;
    }
    if (this.#first) this.#copy(this.#first);
    this.#first = undefined;
    this.#copy(part);
  }

  #copy(part: Buffer): void {
    for (let at = 0; at < part.length; ) {
      if (this.#room === 0) {
        this.#blocks.push(Buffer.allocUnsafeSlow(blockBytes));
        this.#room = blockBytes;
      }
      const copied = part.copy(this.#blocks.at(-1) as Buffer, blockBytes - this.#room, at);
      this.#room -= copied;
      at += copied;
    }
  }

  /** All of them in one piece. */
  join(): Buffer {
    return this.#first ?? Buffer.concat(this.#blocks, this.length);
  }
}
