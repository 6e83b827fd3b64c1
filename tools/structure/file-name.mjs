const drawers = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'types', 'manager']);
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Names say what is inside; a name from the list of drawers says nothing.
 * @type {import('./rule.mjs').Rule}
 */
export function fileName({ path }) {
  const names = path.split('/').map((part) => part.replace(/^\./, '').split('.')[0] ?? '');
  const drawer = names.find((name) => name.split('-').some((word) => drawers.has(word)));
  if (drawer !== undefined) {
    return [`${path}: "${drawer}" says nothing; name it after what it does`];
  }
  const stem = names.at(-1) ?? '';
  if (!kebab.test(stem)) return [`${path}: file names are kebab-case`];
  return [];
}
