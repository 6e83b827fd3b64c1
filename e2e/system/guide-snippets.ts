/** A program on a page, and the server that it wants. */
export interface Snippet {
  /** The heading above it, and its line. */
  readonly title: string;
  readonly code: string;
  /** Environment of the server, as in `LLAMACTL_AUTH__ENABLED=true`. */
  readonly settings: Readonly<Record<string, string>>;
}

const block =
  /(?:^<!-- run(?:: (?<settings>.*?))?(?<isMarked> )-->\n\n)?^```(?<language>\w+)\n(?<code>[\s\S]*?)^```$/gm;

/**
 * The programs on a page. Each has a comment before it, `<!-- run -->`, or `<!-- run: NAME=value … -->` with
 * settings of the server.
 * @throws Error for one without it, which nothing would run
 */
export function snippetsOf(page: string): Snippet[] {
  return [...page.matchAll(block)].flatMap(({ index, groups = {} }) => {
    const { settings = '', isMarked, language, code = '' } = groups;
    if (language !== 'ts' && language !== 'js') return [];
    const above = page.slice(0, index).split('\n');
    const heading = above.findLast((line) => line.startsWith('#'))?.replace(/^#+ /, '');
    const title = `${heading}, line ${above.length}`;
    if (isMarked === undefined) throw new Error(`${title}: nothing says how to run this`);
    return [{ title, code, settings: settingsOf(settings) }];
  });
}

function settingsOf(text: string): Record<string, string> {
  const pairs = text.split(' ').filter((pair) => pair !== '');
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0], pair.replace(/^.*?=/, '')]));
}
