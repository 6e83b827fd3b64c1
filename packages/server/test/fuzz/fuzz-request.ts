import fc from 'fast-check';
import { arbitraryOf, type Hints } from './arbitrary-of.js';
import { brokenOf } from './broken-of.js';
import { type DocumentedOperation, documentedOperations, shapes } from './document-operations.js';

/** A request, ready to be sent. */
export interface FuzzRequest {
  readonly operation: DocumentedOperation;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Which of the credentials to send. */
  readonly credential: number;
}

/** Operations on instances come more often, those that hash a password, a quarter of a second each, less. */
const weights: Readonly<Record<string, number>> = {
  createInstance: 20,
  startInstance: 20,
  stopInstance: 20,
  restartInstance: 12,
  getInstance: 12,
  updateInstance: 20,
  deleteInstance: 12,
  getInstanceHealth: 12,
  getInstanceLogs: 24,
  login: 1,
  createUser: 1,
  changePassword: 2,
  deleteUser: 2,
};

/** Requests to all operations of the document, most of them right. */
export function fuzzRequest(hints: Hints): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(
    ...documentedOperations.map((operation) => ({
      weight: weights[operation.id] ?? (operation.isProxied ? 2 : 6),
      arbitrary: requestTo(operation, hints),
    })),
  );
}

function requestTo(operation: DocumentedOperation, hints: Hints): fc.Arbitrary<FuzzRequest> {
  const sources = { shapes, hints };
  return fc
    .record({
      method: methodOf(operation),
      params: mostlyRight(arbitraryOf(operation.params, sources)),
      query: mostlyRight(arbitraryOf(operation.query, sources)),
      own: arbitraryOf(operation.headers, sources),
      headers: fc.oneof({ weight: 8, arbitrary: fc.constant({}) }, oddHeaders),
      body: bodyOf(operation, hints),
      credential: fc.nat({ max: 99 }),
    })
    .map(({ method, params, query, own, headers, body, credential }) => {
      const target = fillPath(operation.path, params) + toQuery(query);
      return {
        operation,
        method,
        target,
        headers: { ...(own as Record<string, string>), ...headers, ...body.headers },
        body: body.text,
        credential,
        // What failed is shown in a line.
        [fc.toStringMethod]: () => `${method} ${target}`,
      };
    });
}

function mostlyRight(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 7, arbitrary: right }, { weight: 1, arbitrary: brokenOf(right) });
}

function methodOf({ method, isProxied }: DocumentedOperation): fc.Arbitrary<string> {
  if (isProxied) return fc.constant(method);
  const like = method === 'GET' ? 'HEAD' : method;
  return fc.oneof(
    { weight: 40, arbitrary: fc.constant(method) },
    { weight: 1, arbitrary: fc.constantFrom(like, 'PATCH', 'OPTIONS', 'PROPFIND') },
  );
}

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.constantFrom<Record<string, string>[]>(
  { accept: 'text/event-stream' },
  { accept: 'text/html' },
  { 'x-request-id': 'mine-1' },
  { 'x-request-id': 'not a token' },
  { 'if-none-match': '*' },
  { origin: 'https://evil.example.org' },
  { origin: 'null' },
  { host: 'evil.example.org' },
  { 'last-event-id': 'x' },
);

interface Body {
  readonly text: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const json = { 'content-type': 'application/json' };
const none: Body = { text: undefined, headers: {} };

function bodyOf({ body, bodyRequired }: DocumentedOperation, hints: Hints): fc.Arbitrary<Body> {
  const odd = fc.constantFrom<Body[]>(
    none,
    { text: '', headers: json },
    { text: '{', headers: json },
    { text: '{}', headers: {} },
    { text: '{}', headers: { 'content-type': 'text/plain' } },
    { text: '{}', headers: { ...json, 'content-encoding': 'gzip' } },
    { text: '{"a":1,"a":2}', headers: json },
    { text: '{"__proto__":{}}', headers: json },
    { text: '[1e999, "\\ud800"]', headers: json },
  );
  if (body === undefined) {
    return fc.oneof({ weight: 9, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: odd });
  }
  const right = arbitraryOf(body, { shapes, hints });
  const asJson = (value: unknown): Body => ({ text: JSON.stringify(value) ?? '', headers: json });
  return fc.oneof(
    { weight: 12, arbitrary: right.map(asJson) },
    { weight: bodyRequired ? 0 : 6, arbitrary: fc.constant(none) },
    { weight: 4, arbitrary: brokenOf(right).map(asJson) },
    { weight: 1, arbitrary: fc.jsonValue().map(asJson) },
    { weight: 1, arbitrary: odd },
  );
}

/** Fills in parameters as they are, which may be anything; an empty one would be another path. */
function fillPath(path: string, params: unknown): string {
  const values = (typeof params === 'object' && params !== null ? params : {}) as Record<
    string,
    unknown
  >;
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? ' ');
    return encodeURIComponent(text === '' ? ' ' : text);
  });
}

function toQuery(query: unknown): string {
  if (typeof query !== 'object' || query === null) return '';
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value.slice(0, 3) : [value]) {
      search.append(name, typeof item === 'string' ? item : String(JSON.stringify(item)));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
