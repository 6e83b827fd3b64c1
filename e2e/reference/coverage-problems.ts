import type { LineKind, PageLine, PageSection } from './page.js';
import type { ReferenceRow, RequestRow } from './reference-row.js';

/** Everything that the reference says and no row holds, and every row that holds nothing it says. */
export function coverageProblems(
  page: readonly PageSection[],
  rows: readonly ReferenceRow[],
): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const headings = new Set(page.map(({ heading }) => heading));
  const named = new Set(page.flatMap(({ lines }) => lines.flatMap((line) => line.rows)));
  return [
    ...(byId.size < rows.length ? ['two rows have the same id'] : []),
    ...page.flatMap((section, index) => emptySection(section, page[index + 1])),
    ...page.flatMap(({ heading, lines }) =>
      lines.flatMap((line) => lineProblems(line, byId).map((what) => `${heading}: ${what}`)),
    ),
    ...rows.flatMap(({ id, section }) => [
      ...(headings.has(section)
        ? []
        : [`row ${id} is of a section "${section}" that is not there`]),
      ...(named.has(id) ? [] : [`no line names the row ${id}`]),
    ]),
  ];
}

/** A heading without lines is one over deeper sections. */
function emptySection({ heading, level, lines }: PageSection, next?: PageSection): string[] {
  const holds = lines.length > 0 || (next !== undefined && next.level > level);
  return holds ? [] : [`${heading}: nothing holds the heading`];
}

function lineProblems(line: PageLine, byId: ReadonlyMap<string, ReferenceRow>): string[] {
  const found = line.rows.flatMap((id) => byId.get(id) ?? []);
  const missing = line.rows.filter((id) => !byId.has(id)).map((id) => `there is no row ${id}`);
  if (line.rows.length === 0 && !line.tests?.length) return [`nothing holds "${line.line}"`];
  const about = line.rows.length === 0 || found.some((row) => isAbout[line.kind](row, line));
  return [...missing, ...(about ? [] : [`no row is about ${line.kind} "${line.line}"`])];
}

type Judge = (row: ReferenceRow, line: PageLine) => boolean;

const always: Judge = () => true;

/** Whether a row is about a line, as far as that can be seen. */
const isAbout: Readonly<Record<LineKind, Judge>> = {
  address: (row, { line }) => line.endsWith('socket' in row ? row.socket : '/api'),
  command: ofRequest(({ request: { method, path, name = '' } }, { line }) => {
    const [, verb, url] = /^curl (?:([A-Z]+) )?http:\/\/localhost:8080(\/.*)$/.exec(line) ?? [];
    return (verb ?? 'GET') === method && url === path.replace('{name}', name);
  }),
  condition: always,
  endpoint: ofRequest(({ request: { method, path } }, { line }) => {
    return line === `${method} ${path.split('?')[0]}`;
  }),
  header: ofRequest(({ headers, request }, { line }) => line in { ...headers, ...request.headers }),
  library: always,
  limit: ofRequest(({ times = 0, status }, { line }) => {
    return status === 429 && line === `${times - 1} per minute`;
  }),
  link: always,
  message: (row, { line }) => 'message' in row && (row.message === line || !/^[a-z_]+$/.test(line)),
  parameter: ofRequest(({ request }, { line }) => request.path.includes(`?${line}=`)),
  request: ofRequest(({ request }, { fields = [] }) => {
    const sent = new Set(fieldPaths(request.body));
    return fields.every((field) => sent.has(field));
  }),
  response: ofRequest((row, { fields = [] }) => fields.every((field) => field in row.fields)),
  status: ofRequest(({ status }, { line }) => String(status) === line),
};

function ofRequest(judge: (row: RequestRow, line: PageLine) => boolean): Judge {
  return (row, line) => 'request' in row && judge(row, line);
}

function fieldPaths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, item]) =>
    fieldPaths(item, path === '' ? key : `${path}.${key}`),
  );
}
