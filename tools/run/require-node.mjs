/**
 * What to tell somebody whose Node is too old; null when it is new enough.
 * @param {string} version as in `process.versions.node`
 * @param {string} least
 */
export function nodeComplaint(version, least = '20.19.0') {
  if (compare(version, least) >= 0) return null;
  return [
    `This needs Node ${least} or newer; here is Node ${version}.`,
    'Get a newer one from https://nodejs.org, or with your version manager, as in `nvm install 22`.',
  ].join('\n');
}

/** Ends this process with a plain message when its Node is too old. */
export function requireNode() {
  const complaint = nodeComplaint(process.versions.node);
  if (complaint === null) return;
  console.error(complaint);
  process.exit(1);
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  for (const i of [0, 1, 2]) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
