import {
  documentChecker,
  pointerTo,
  resolve,
} from '../../../contract/test/support/document-checker.js';
import { closedDocument } from './closed-document.js';
import { type DocumentedOperation, document } from './document-operations.js';

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const closed = closedDocument(document);
const checker = documentChecker(closed);

/** Servers may fail in these ways alone, all of which have nothing to do with a fault of ours. */
const allowedFailures = [502, 503, 504, 507];

/** Everything in which an answer differs from what the document says of its operation. */
export function judgeAnswer(
  operation: DocumentedOperation,
  answer: Answer,
  { method, counts = false }: { readonly method: string; readonly counts?: boolean },
): string[] {
  const { status } = answer;
  const { answers, isProxied } = operation;
  if (status >= 500 && !isProxied && !allowedFailures.includes(status)) {
    return [`the status is ${status}`];
  }
  if (/\bat .*:\d+:\d+/.test(answer.text)) return ['the body has a stack in it'];
  const documented = answers[status] ?? answers[`${Math.floor(status / 100)}XX`] ?? answers.default;
  if (documented === undefined) return [`the status ${status} is not documented`];
  return [
    ...headerProblems(documented.answer.headers ?? {}, answer, counts && !isAtDoor(answer, method)),
    ...(method === 'HEAD' ? [] : bodyProblems(documented, answer)),
  ];
}

/** The same for what is no operation: another method, or another path. */
export function judgeUnrouted(answer: Answer, codes: readonly string[]): string[] {
  const { code } = (parse(answer.text) ?? {}) as { code?: string };
  const problems = checker.problems('#/components/schemas/ErrorBody', parse(answer.text));
  if (code === undefined || !codes.includes(code)) problems.push(`the code is ${code}`);
  if (answer.status === 405 && answer.headers.allow === undefined)
    problems.push('Allow is missing');
  return problems;
}

/** Whether it turns somebody away at the door, where nobody is counted; without a body only the status can tell. */
function isAtDoor({ status, text }: Answer, method: string): boolean {
  return method === 'HEAD' ? status === 403 : /"(HOST|ORIGIN)_FORBIDDEN"/.test(text);
}

type Documented = DocumentedOperation['answers'][string];

function headerProblems(
  headers: NonNullable<Documented['answer']['headers']>,
  answer: Answer,
  isCounted: boolean,
) {
  return Object.entries(headers).flatMap(([name, reference]) => {
    const { required = isCounted && name.startsWith('X-RateLimit-') } = resolve(
      document,
      reference,
    );
    const value = answer.headers[name.toLowerCase()];
    if (value === undefined) return required ? [`the header ${name} is missing`] : [];
    const pointer = `${reference.$ref}/schema`;
    const { type } = resolve(document, { $ref: pointer });
    const problems = checker.problems(pointer, type === 'integer' ? Number(value) : value);
    return problems.map((problem) => `the header ${name} ${problem}`);
  });
}

function bodyProblems({ answer: { content }, at }: Documented, answer: Answer): string[] {
  if (content === undefined) return answer.text === '' ? [] : ['there is a body'];
  if (content['*/*'] !== undefined) return [];
  const [type = ''] = String(answer.headers['content-type']).split(';');
  if (content[type] === undefined) return [`the content type ${type} is not documented`];
  const problems = (key: string, value: unknown) =>
    checker.problems(pointerTo(...at, 'content', type, key), value);
  if (type === 'application/json') return problems('schema', parse(answer.text));
  const items = content[type]['x-item-schema'] === undefined ? [] : itemsIn(answer.text);
  return [
    ...problems('schema', answer.text),
    ...items.flatMap((item) => problems('x-item-schema', item)),
  ];
}

/** What has come of a stream, one per line; the last line may still be on its way. */
function itemsIn(text: string): unknown[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .map((line) => line.replace(/^data: /, ''))
    .filter((line) => line.startsWith('{'))
    .map(parse);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
