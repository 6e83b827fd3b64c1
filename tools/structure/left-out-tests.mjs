const pattern = /\b(?:describe|suite|it|test|bench)(?:\.\w+)*\.(only|skip|todo)\b/;

/**
 * A test that is switched off, or that switches the others off, promises nothing.
 * @type {import('./rule.mjs').Rule}
 */
export function leftOutTests({ path, text }) {
  if (!/\.test(-d)?\.ts$/.test(path)) return [];
  return text.split('\n').flatMap((line, index) => {
    const word = pattern.exec(line)?.[1];
    return word === undefined ? [] : [`${path}:${index + 1}: .${word}; every test runs`];
  });
}
