/**
 * Puts generated text between two comments of a page, in place of what was there.
 * @param {string} page
 * @param {string} marker
 * @param {string} content
 * @returns {string}
 * @throws Error when the page lacks the comments
 */
export function betweenMarkers(page, marker, content) {
  const begin = `<!-- generated: ${marker} -->`;
  const end = `<!-- /generated: ${marker} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`the page needs the lines "${begin}" and "${end}", in this order`);
  }
  return `${page.slice(0, from)}${begin}\n\n${content.trim()}\n\n${page.slice(to)}`;
}
