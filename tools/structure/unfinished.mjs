// Put together here, so that this file does not complain about itself.
const markers = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'];
const pattern = new RegExp(`\\b(${markers.join('|')})\\b`);

/**
 * Work that is left over belongs in an issue, not in a comment.
 * @type {import('./rule.mjs').Rule}
 */
export function unfinished({ path, text }) {
  return text.split('\n').flatMap((line, index) => {
    const marker = pattern.exec(line)?.[1];
    return marker === undefined ? [] : [`${path}:${index + 1}: ${marker}; finish it or drop it`];
  });
}
