/** What is too short to be a secret, or to be found again for sure. */
const minLength = 8;
/**
 * What tests say as passwords and answers in all innocence: guesses, the example of the API's own documents, and what
 * the fuzzer puts into any field.
 */
const words = new Set([
  ...['password', 'llamactl', 'a long password'],
  ...['../../etc/passwd', '2024-13-40T99:99:99Z'],
]);
/** What objects and functions have: generated text is made of it, whole or in part, to find code that takes it for data. */
const members = [Object.prototype, Function.prototype, class {}].flatMap(
  Object.getOwnPropertyNames,
);
/** Different characters that a secret has at least; what is too long is made of one, again and again. */
const minDifferent = 3;

const credentials = [
  /^authorization: *bearer +([^\r\n]+)/gim,
  /^x-api-key: *([^\r\n]+)/gim,
  /llamactl\.bearer\.([^,;\s"]+)/g,
];
const fields = /"(?:password|current_password|api_key)" *: *("(?:[^"\\]|\\.)+")/g;
const answers = /"(?:token|key)":("(?:eyJ|llk_)[^"]+")/g;

/** The secrets in what a client sends: credentials and passwords. */
export function secretsSent(text: string): string[] {
  const shown = credentials.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, it = '']) => it),
  );
  return longOnes([...shown, ...quoted(text, fields)]);
}

/** Tokens and API keys, by how they look. */
export function secretsByShape(text: string): string[] {
  return text.match(/eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}|llk_[\w-]{43}/g) ?? [];
}

/** The secrets that a server gives away on purpose, once: tokens and new keys. */
export function secretsGiven(text: string): string[] {
  return longOnes(quoted(text, answers));
}

/** The same text without the places where a server gives secrets away on purpose. */
export function withoutGiven(text: string): string {
  const token = /\{"token":"[^"]+","expires_at":/g;
  const key = /"key":"llk_[^"]+","api_key":|"api_key":\{[^}]*\},"key":"llk_[^"]+"/g;
  return text.replace(token, '').replace(key, '');
}

function quoted(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, it = '']) => {
    try {
      return [JSON.parse(it) as string];
    } catch {
      return [];
    }
  });
}

function longOnes(found: readonly string[]): string[] {
  return found
    .map((text) => text.trim())
    .filter((text) => text.length >= minLength && new Set(text).size >= minDifferent)
    .filter((text) => !words.has(text))
    .filter((text) => !members.some((member) => member.includes(text)));
}
