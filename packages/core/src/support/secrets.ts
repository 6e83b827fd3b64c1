/** What stands in answers and logs in place of a secret. Written back, it keeps the secret as it is. */
export const secretMask = '********';

/** Words in names that people give to secrets, as in `HF_TOKEN`. */
const secretWords = 'key|token|secret|pass|credential';
const secretName = new RegExp(secretWords, 'i');

/** Whether a name is one that people give to secrets. */
export function soundsSecret(name: string): boolean {
  return secretName.test(name);
}

/** The values of those variables whose names sound secret. */
export function secretValues(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).flatMap(([name, value]) => (soundsSecret(name) ? [value] : []));
}

/** What the keys of runs begin with, so that one is known for a key wherever and whenever it is met. */
export const runKeyPrefix = 'llr_';

const runKeys = new RegExp(`\\b${runKeyPrefix}[\\w-]{16,}`, 'g');
/** As a program prints its environment; only upper case, `eos_token=2` is none. The bound keeps it quick. */
const assignments = new RegExp(`((?:${secretWords.toUpperCase()})[A-Z0-9_]{0,32}=)\\S+`, 'g');

/** Masks the secrets that can be told by their looks: keys of runs, and variables that sound secret. */
export function maskByLooks(text: string): string {
  // Lines come by the hundred thousand, and hardly any has what the patterns look for.
  const masked = text.includes(runKeyPrefix) ? text.replaceAll(runKeys, secretMask) : text;
  return hasAssignment(masked) ? masked.replaceAll(assignments, `$1${secretMask}`) : masked;
}

/** Whether any `=` follows what may be the name of a variable in upper case. */
function hasAssignment(text: string): boolean {
  for (let at = text.indexOf('=', 1); at > 0; at = text.indexOf('=', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before >= 0x30 && before <= 0x5f) return true;
  }
  return false;
}
