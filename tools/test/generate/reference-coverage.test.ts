import { expect, test } from 'vitest';
import { coverageTable } from '../../generate/reference-coverage.mjs';

test('each line of the page has its rows, and says whether they are built', () => {
  const page = [
    {
      heading: 'Things',
      lines: [
        { kind: 'endpoint', line: 'GET /things', rows: ['list', 'login'] },
        { kind: 'link', line: 'more.md', rows: [], tests: ['links.test.ts'] },
      ],
    },
  ];
  const rows = [{ id: 'list' }, { id: 'login', unbuilt: true as const }];
  const [, , first, second] = coverageTable(page, rows).split('\n');
  expect(first).toBe('| Things  | endpoint `GET /things` | `list`, `login` | not yet |');
  expect(second).toBe('| Things  | link `more.md`         | `links.test.ts` | yes     |');
});
