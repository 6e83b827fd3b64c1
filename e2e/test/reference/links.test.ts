import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linkProblems } from '../../reference/link-problems.js';
import { root } from '../../system/built-file.js';

const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'],
  ...readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('every link of the documentation leads somewhere', () => {
  const texts = pages.map((path) => [path, readFileSync(root + path, 'utf8')] as const);
  expect(texts.flatMap(([path, text]) => linkProblems(root, path, text))).toEqual([]);
});

test("the reference's own links lead to pages of ours", () => {
  const links =
    '[a](managing-instances.md) [b](../advanced/backends.md) [c](../advanced/monitoring.md)';
  expect(linkProblems(root, 'docs/user-guide/api-reference.md', links)).toEqual([]);
});

test.each([
  ['[gone](gone.md)', ['README.md: there is no gone.md']],
  ['[gone](docs/gone.md#here)', ['README.md: there is no docs/gone.md']],
  ['# Here\n[here](#there)', ['README.md: README.md has no heading for #there']],
  ['```\n# There\n```\n[here](#there)', ['README.md: README.md has no heading for #there']],
  ['# Over "there", 2\n# A\n# A\n[here](#over-there-2) [and](#a-1)', []],
  ['[folder](docs) [page](CONTRIBUTING.md#tests) [site](https://example.org/x)', []],
])('%s', (text, problems) => {
  expect(linkProblems(root, 'README.md', text)).toEqual(problems);
});
