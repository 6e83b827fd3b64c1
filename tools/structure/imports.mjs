const patterns = [
  /^\s*(?:import|export)\s[^'"]*?from\s*(['"])([^'"]+)\1/gm,
  /^\s*import\s*(['"])([^'"]+)\1/gm,
  /\b(?:import|require)\(\s*(['"])([^'"]+)\1/g,
];

/** An example in a comment imports what its reader has. */
const docComment = /^\s*\/\*\*[\s\S]*?\*\//gm;

/**
 * Everything that a source text imports, in any of the ways to say it.
 * @param {string} text
 * @returns {string[]}
 */
export function importsOf(text) {
  const code = text.replace(docComment, '');
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2] ?? ''));
}
