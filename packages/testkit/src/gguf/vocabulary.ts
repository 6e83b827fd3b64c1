/** The token types that GGUF inherited from SentencePiece. */
const tokenType = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

interface Token {
  readonly text: string;
  readonly type: number;
  readonly score: number;
}

export interface Vocabulary {
  readonly tokens: readonly Token[];
  readonly unknown: number;
  readonly begin: number;
  readonly end: number;
  readonly turnEnd: number;
  /** Tokens that end an answer. */
  readonly endings: readonly number[];
  /** Tokens that would spoil an answer's text: control tokens and single bytes. */
  readonly unprintable: readonly number[];
}

/** SentencePiece's sign for a space at the start of a word. */
const wordStart = '\u2581';

const words = [
  'a quick river bends around every small hill and the old mill turns its wheel in cold morning',
  'light when rain has come down from far mountains some people walk along this road to market',
  'they carry bread fruit salt wool paper lamps or clay while children run ahead with dogs between',
  'carts under tall trees near water where boats wait for wind at noon each bell rings twice then',
  'all shops close because summer heat makes hands slow after that evening brings music stories',
  'warm soup good talk about ships lost islands stars strange animals kings who could not sleep',
].flatMap((line) => line.split(' '));

/**
 * Control tokens, the 256 bytes, some English words and printable ASCII. Each prefix of a word is a
 * token too, since the tokenizer builds a word by merging one character after another.
 */
export function makeVocabulary(): Vocabulary {
  const tokens: Token[] = [];
  const ids = new Map<string, number>();
  const add = (text: string, type: number, score: number): number => {
    const id = ids.get(text) ?? tokens.push({ text, type, score }) - 1;
    ids.set(text, id);
    return id;
  };

  const unknown = add('<unk>', tokenType.unknown, 0);
  const [begin, end, turnStart, turnEnd] = ['<s>', '</s>', '<|im_start|>', '<|im_end|>'].map(
    (text) => add(text, tokenType.control, 0),
  ) as [number, number, number, number];
  const bytes = Array.from({ length: 256 }, (_, byte) =>
    add(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, tokenType.byte, 0),
  );
  for (const text of [...wordPrefixes(), wordStart, ...printableAscii()]) {
    add(text, tokenType.normal, -tokens.length);
  }
  const unprintable = [unknown, begin, turnStart, ...bytes];
  return { tokens, unknown, begin, end, turnEnd, endings: [end, turnEnd], unprintable };
}

function wordPrefixes(): string[] {
  return words.flatMap((word) =>
    Array.from(word, (_, index) => wordStart + word.slice(0, index + 1)),
  );
}

function printableAscii(): string[] {
  return Array.from({ length: 0x7e - 0x20 }, (_, index) => String.fromCharCode(0x21 + index));
}
