const patterns = [
  /^\s*(?:import|export)\s[^'"]*?from\s*(['"])([^'"]+)\1/gm,
  /^\s*import\s*(['"])([^'"]+)\1/gm,
  /\b(?:import|require)\(\s*(['"])([^'"]+)\1/g,
];

/**
 * Everything that a source text imports, in any of the ways to say it.
 * @param {string} text
 * @returns {string[]}
 */
export function importsOf(text) {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[2] ?? ''));
}
