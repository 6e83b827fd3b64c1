const block = /^```(?:ts|js)\n([\s\S]*?)^```$/gm;

/**
 * The programs on a page.
 * @param {string} path Relative to the root.
 * @param {string} text
 * @returns {import('./public-names.mjs').DocExample[]}
 */
export function markdownExamples(path, text) {
  return [...text.matchAll(block)].map((match) => ({
    where: `${path}:${text.slice(0, match.index).split('\n').length}`,
    code: match[1] ?? '',
  }));
}
