import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coverageProblems } from '../../reference/coverage-problems.js';
import { type PageLine, type PageSection, page } from '../../reference/page.js';
import { type ReferenceRow, referenceRows } from '../../reference/reference-row.js';
import { root } from '../../system/built-file.js';

const edition = readFileSync(`${root}docs/user-guide/api-reference.md`, 'utf8');
const lines = page.flatMap((section) => section.lines);

test('every heading, endpoint, parameter, field, status, header and message has a row', () => {
  expect(coverageProblems(page, referenceRows)).toEqual([]);
});

test('every test that holds a line is there', () => {
  const tests = lines.flatMap((line) => line.tests ?? []);
  expect(tests).not.toEqual([]);
  expect(tests.filter((name) => !existsSync(`${import.meta.dirname}/${name}`))).toEqual([]);
});

test('our edition of the reference says all of it too', () => {
  const said = lines.flatMap(({ kind, line, fields = [] }) => {
    if (['endpoint', 'header', 'message', 'parameter', 'status', 'address'].includes(kind)) {
      return line.includes(' is ') ? [] : [line];
    }
    return fields.flatMap((field) => field.replaceAll('[]', '').split('.'));
  });
  expect(said.length).toBeGreaterThan(60);
  expect([...new Set(said)].filter((name) => !edition.includes(name))).toEqual([]);
});

const row: ReferenceRow = {
  id: 'list',
  section: 'List',
  request: { method: 'GET', path: '/api/things?lines=1' },
  status: 200,
  fields: { 'things[].name': 'string' },
};
const line: PageLine = { kind: 'endpoint', line: 'GET /api/things', rows: ['list'] };
const section: PageSection = { heading: 'List', level: 2, lines: [line] };

test.each<[why: string, problem: string, sections: PageSection[], rows: ReferenceRow[]]>([
  ['a line without rows', 'nothing holds "GET', [of({ rows: [] })], [row]],
  ['a row that is not there', 'there is no row list', [section], []],
  ['another endpoint', 'no row is about endpoint', [of({ line: 'PUT /api/things' })], [row]],
  ['another status', 'no row is about status', [of({ kind: 'status', line: '201' })], [row]],
  ['no such parameter', 'about parameter', [of({ kind: 'parameter', line: 'level' })], [row]],
  ['no such header', 'about header', [of({ kind: 'header', line: 'X-Limit' })], [row]],
  ['an unchecked field', 'about response', [of({ kind: 'response', fields: ['a'] })], [row]],
  ['an unsent field', 'about request', [of({ kind: 'request', fields: ['a'] })], [row]],
  ['a heading over nothing', 'holds the heading', [section, { ...section, lines: [] }], [row]],
  ['a row of no section', 'of a section "None"', [section], [{ ...row, section: 'None' }]],
  ['a row of no line', 'no line names the row more', [section], [row, { ...row, id: 'more' }]],
  ['two rows of one id', 'the same id', [section], [row, row]],
])('%s is noticed', (_, problem, sections, rows) => {
  expect(coverageProblems([section], [row])).toEqual([]);
  expect(coverageProblems(sections, rows).join('\n')).toContain(problem);
});

function of(changes: Partial<PageLine>): PageSection {
  return { ...section, lines: [line, { ...line, ...changes }] };
}
