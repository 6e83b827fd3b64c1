import { secretMask } from '@llamactl/core';

const secretWords = 'key|token|secret|passwd|password';

/** Secrets by their looks, each with what may be shown before and after. */
const patterns: readonly RegExp[] = [
  // Passwords in URLs.
  /()(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/]+(?=@)/gi,
  new RegExp(`([?&][\\w.-]*(?:${secretWords}|sig|signature)=)[^&#\\s"']+`, 'gi'),
  // Values in JSON.
  new RegExp(`("[^"]*(?:${secretWords})"\\s*:\\s*")[^"]+`, 'gi'),
  /\b(Bearer\s+)[\w.~+/=-]+/gi,
  // Tokens of Hugging Face, OpenAI and its kin, GitHub, our own; JSON Web Tokens.
  /()\b(?:hf_|sk-|gh[pousr]_|github_pat_|llk_)[\w-]{16,}/g,
  /()\beyJ[\w-]+\.[\w-]+\.[\w-]+/g,
];

const secretFlag = new RegExp(`^-.*(?:${secretWords}|hft)$`, 'i');

/** A text without the secrets that can be told by their looks. */
export function maskText(text: string): string {
  return patterns.reduce((at, pattern) => at.replaceAll(pattern, `$1${secretMask}`), text);
}

/** Arguments without the secrets in them: those after a flag that sounds secret, and those by their looks. */
export function maskArguments(args: readonly string[]): string[] {
  return args.map((argument, index) => {
    const [flag = '', ...value] = argument.split('=');
    if (value.length > 0 && isSecretFlag(flag)) return `${flag}=${secretMask}`;
    return isSecretFlag(args[index - 1] ?? '') ? secretMask : maskText(argument);
  });
}

/** As `--api-key` is, but not `--api-key-file`, which names a file. */
function isSecretFlag(argument: string): boolean {
  return secretFlag.test(argument);
}
