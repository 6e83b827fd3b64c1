/** What the figures and all that follows them take, at most. */
const keptBytes = 1_024;

/** Keeps the end of what goes by, at the cost of a short copy for each piece. */
export class Tail {
  /** The first piece, as long as it is the only one: it need not be copied then. */
  #only: Buffer | null = null;
  #bytes: Buffer | null = null;
  #length = 0;

  push(piece: Buffer): void {
    if (this.#bytes !== null) {
      this.#add(this.#bytes, piece);
      return;
    }
    if (this.#only === null) {
      this.#only = piece;
      return;
    }
    this.#bytes = Buffer.allocUnsafe(2 * keptBytes);
    this.#add(this.#bytes, this.#only);
    this.#add(this.#bytes, piece);
    this.#only = null;
  }

  /** The last bytes, as many as are kept or more. */
  text(): string {
    const bytes = this.#only?.subarray(-keptBytes) ?? this.#bytes?.subarray(0, this.#length);
    return bytes?.toString('latin1') ?? '';
  }

  #add(bytes: Buffer, piece: Buffer): void {
    const end = piece.length > keptBytes ? piece.subarray(-keptBytes) : piece;
    // What came before does not join on to a part.
    if (end !== piece) this.#length = 0;
    if (this.#length + end.length > bytes.length) {
      bytes.copyWithin(0, this.#length - keptBytes, this.#length);
      this.#length = keptBytes;
    }
    end.copy(bytes, this.#length);
    this.#length += end.length;
  }
}
