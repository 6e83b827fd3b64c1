/** More lines than a file may have before it has to be split. */
export const mostLines = 250;

/** @type {import('./rule.mjs').Rule} */
export function fileLength({ path, text }) {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return lines > mostLines ? [`${path}: ${lines} lines; split it, ${mostLines} is the most`] : [];
}
