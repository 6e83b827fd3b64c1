import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** A link of a page that leads nowhere. Links to other sites are not followed. */
export function linkProblems(root: string, path: string, text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const there = file === '' ? path : posix.join(posix.dirname(path), file);
    const found = file === '' ? text : textAt(root, there);
    if (found === null) return [`${path}: there is no ${there}`];
    const leads = anchor === undefined || anchorsOf(found).has(anchor);
    return leads ? [] : [`${path}: ${there} has no heading for #${anchor}`];
  });
}

/** A folder is fine and has no text. */
function textAt(root: string, path: string): string | null {
  try {
    return readFileSync(`${root}${path}`, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR' ? '' : null;
  }
}

/** What headings can be linked to by, as GitHub names them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = [...withoutCode(text).matchAll(/^#+ +(.*)$/gm)];
  return new Set(
    headings.map(([, heading = '']) => {
      const name = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-');
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      return before === 0 ? name : `${name}-${before}`;
    }),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^(`{3,})[\s\S]*?^\1$/gm, '');
}
