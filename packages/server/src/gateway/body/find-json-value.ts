const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);
const blank = new Set([0x20, 0x09, 0x0a, 0x0d]);
const comma = 0x2c;
const colon = 0x3a;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Bytes outside of texts that are looked at, at most; who sends more of them gets no better answer. */
const maxSteps = 16_000_000;
/** What a key costs, counted in them. */
const stepsOfKey = 50;

/**
 * The text of a value of the object that a JSON document is, as it stands there; null when it has none or
 * when that is no such document. The rest is neither parsed nor checked, and what follows not even looked at.
 */
export function findJsonValue(json: Buffer, key: string): string | null {
  for (const [, value] of fieldsOf(json, [key])) return value;
  return null;
}

/** As {@link findJsonValue}, for several keys at once: those that were found, each as it stands there last. */
export function findJsonValues(json: Buffer, keys: readonly string[]): Map<string, string> {
  return new Map(fieldsOf(json, keys));
}

/** The fields of those names, up to the end of the object or of what can be read of it. */
function* fieldsOf(json: Buffer, keys: readonly string[]): Generator<[string, string]> {
  try {
    yield* new Scan(json).find(keys);
  } catch {
    // What was found up to there counts.
  }
}

/** @throws Error where the document is none */
class Scan {
  readonly #json: Buffer;
  #at = 0;
  #steps = 0;

  constructor(json: Buffer) {
    this.#json = json;
  }

  *find(keys: readonly string[]): Generator<[string, string]> {
    if (byteOrderMark.every((byte, at) => this.#json[at] === byte)) this.#at = byteOrderMark.length;
    this.#expect(0x7b);
    for (;;) {
      this.#skipBlanks();
      if (this.#byte() !== quote) return;
      const start = this.#at;
      this.#skipText();
      this.#steps += stepsOfKey;
      const key = keys.find((wanted) => this.#isName(start, wanted));
      this.#expect(colon);
      this.#skipBlanks();
      const valueAt = this.#at;
      this.#skipValue();
      if (key !== undefined) yield [key, this.#json.toString('utf8', valueAt, this.#at)];
      this.#skipBlanks();
      if (this.#byte() !== comma) return;
      this.#at += 1;
    }
  }

  /** Whether the text that was just skipped says `key`; most do not, and cost no string. */
  #isName(start: number, key: string): boolean {
    const length = this.#at - start;
    if (length === key.length + 2 && this.#json[start + 1] === key.charCodeAt(0)) {
      return this.#json.toString('latin1', start + 1, this.#at - 1) === key;
    }
    // An escape takes six characters at most.
    if (length < key.length + 2 || length > key.length * 6 + 2) return false;
    const text = this.#json.toString('utf8', start, this.#at);
    return text.includes('\\') && JSON.parse(text) === key;
  }

  #skipValue(): void {
    let depth = 0;
    do {
      const byte = this.#byte();
      if (byte === quote) this.#skipText();
      else if (depth === 0 && !opening.has(byte)) this.#skipWord();
      else {
        if (opening.has(byte)) depth += 1;
        if (closing.has(byte)) depth -= 1;
        this.#step();
      }
    } while (depth > 0);
  }

  /** A number, true, false or null. */
  #skipWord(): void {
    const isEnd = (byte: number) => byte === comma || closing.has(byte) || blank.has(byte);
    while (!isEnd(this.#byte())) this.#step();
  }

  #skipText(): void {
    let end = this.#at;
    do {
      end = this.#json.indexOf(quote, end + 1);
      if (end < 0) throw new Error('a text has no end');
    } while (this.#isEscaped(end));
    this.#at = end + 1;
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.#json[at - 1 - backslashes] === backslash) backslashes += 1;
    return backslashes % 2 === 1;
  }

  #expect(byte: number): void {
    this.#skipBlanks();
    if (this.#byte() !== byte) throw new Error('not an object');
    this.#step();
  }

  #skipBlanks(): void {
    while (blank.has(this.#byte())) this.#step();
  }

  #byte(): number {
    const byte = this.#json[this.#at];
    if (byte === undefined) throw new Error('the document has no end');
    return byte;
  }

  #step(): void {
    this.#at += 1;
    this.#steps += 1;
    if (this.#steps > maxSteps) throw new Error('too large to be looked through');
  }
}
