/** A metadata value with its GGUF type. Arrays hold one type. */
export type MetadataValue =
  | ScalarValue
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] }
  | { readonly type: 'f32s'; readonly value: readonly number[] };

type ScalarValue =
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

/** GGUF's numbers for value types. */
const typeId = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;

/** Collects the little-endian bytes of a GGUF header. */
export class BinaryWriter {
  readonly #parts: Buffer[] = [];
  #length = 0;

  raw(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  u32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.raw(bytes);
  }

  u64(value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    this.raw(bytes);
  }

  string(value: string): void {
    const bytes = Buffer.from(value);
    this.u64(bytes.length);
    this.raw(bytes);
  }

  metadata(key: string, entry: MetadataValue): void {
    this.string(key);
    if (entry.type === 'strings') {
      this.#array(typeId.string, entry.value, (item) => this.string(item));
    } else if (entry.type === 'i32s') {
      this.#array(typeId.i32, entry.value, (item) => this.#i32(item));
    } else if (entry.type === 'f32s') {
      this.#array(typeId.f32, entry.value, (item) => this.#f32(item));
    } else {
      this.u32(typeId[entry.type]);
      this.#scalar(entry);
    }
  }

  /** The bytes so far, filled up with zeros to a multiple of `alignment`. */
  aligned(alignment: number): Buffer {
    const size = Math.ceil(this.#length / alignment) * alignment;
    return Buffer.concat(this.#parts, size);
  }

  #scalar(entry: ScalarValue): void {
    if (entry.type === 'string') this.string(entry.value);
    else if (entry.type === 'bool') this.raw(Buffer.of(Number(entry.value)));
    else if (entry.type === 'f32') this.#f32(entry.value);
    else this.u32(entry.value);
  }

  #array<Item>(itemType: number, items: readonly Item[], write: (item: Item) => void): void {
    this.u32(typeId.array);
    this.u32(itemType);
    this.u64(items.length);
    for (const item of items) write(item);
  }

  #i32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    this.raw(bytes);
  }

  #f32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.raw(bytes);
  }
}
