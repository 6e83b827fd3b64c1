import { cutAt } from './cut-mark.js';
import { safeText } from './safe-text.js';
import { maskByLooks, secretMask } from './secrets.js';

/** Shorter ones would be found in ordinary words. */
const shortestSecret = 8;

/** Each is looked for in every line. More come together only when an instance is changed again and again. */
const maxSecrets = 200;

/** Masks secrets in what programs print. */
export class SecretMask {
  /** The newest first. */
  #known: readonly string[] = [];
  /** The longest first: one may be a part of another. */
  #byLength: readonly string[] = [];

  /** Adds values that are to be masked, each line of them, and each part of a list with commas. */
  hide(values: readonly string[]): void {
    const parts = values.flatMap(partsOf).filter((part) => part.length >= shortestSecret);
    this.#known = [...new Set([...parts, ...this.#known])].slice(0, maxSecrets);
    this.#byLength = this.#known.toSorted((a, b) => b.length - a.length);
  }

  /** The text with a mask in place of each secret. */
  mask(text: string): string {
    let masked = text;
    for (const secret of this.#byLength) {
      if (masked.includes(secret)) masked = masked.replaceAll(secret, secretMask);
    }
    return maskByLooks(this.#maskCut(masked));
  }

  /** Masks the begin of a secret whose rest was cut off. */
  #maskCut(text: string): string {
    const end = cutAt(text);
    if (end === null) return text;
    const kept = text.slice(0, end);
    const begins = this.#byLength.map((secret) => lengthOfBegin(secret, kept));
    const longest = Math.max(0, ...begins);
    return longest === 0 ? text : `${kept.slice(0, -longest)}${secretMask}${text.slice(end)}`;
  }
}

/** How many of the first characters of a secret a text ends with. */
function lengthOfBegin(secret: string, text: string): number {
  let length = secret.length - 1;
  while (length > 0 && !text.endsWith(secret.slice(0, length))) length--;
  return length;
}

/** As a value may appear in a line, which has no line ends and ends in no space. */
function partsOf(value: string): string[] {
  const lines = safeText(value).split('\n');
  const plain = lines.flatMap((line) => [line, ...line.split(',')]).map((part) => part.trim());
  return [...plain, ...plain.map((part) => JSON.stringify(part).slice(1, -1))];
}
