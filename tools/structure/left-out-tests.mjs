const leftOut = /\b(?:describe|suite|it|test|bench)(?:\.\w+)*\.(only|skip|todo)\b/;
const conditional = /\.(skipIf|runIf)\s*\(|\b(?:ctx|context|task)\.(skip)\s*\(/;
/** What may be missing on a machine; the file says so, or the condition itself does. */
const saysWhy = /console\.\w+\(\s*['"`]skipped: /;
const platform = /\.(?:skipIf|runIf)\s*\(\s*process\.platform\b/;

/**
 * A test that is switched off, or that switches the others off, promises nothing. One that depends on the
 * machine tells why it does not run: by its condition, for a platform, else by a line `skipped: …`.
 * @type {import('./rule.mjs').Rule}
 */
export function leftOutTests({ path, text }) {
  if (!/\.test(-d)?\.ts$/.test(path)) return [];
  const isTold = saysWhy.test(text);
  return text.split('\n').flatMap((line, index) => {
    const word = leftOut.exec(line)?.[1];
    if (word !== undefined) return [`${path}:${index + 1}: .${word}; every test runs`];
    const match = conditional.exec(line);
    if (match === null || isTold || platform.test(line)) return [];
    const name = match[1] ?? match[2];
    return [`${path}:${index + 1}: .${name}; print "skipped: " and what is missing`];
  });
}
