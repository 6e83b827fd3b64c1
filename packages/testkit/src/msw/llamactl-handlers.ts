import { type OperationId, operations } from '@llamactl/contract';
import { type HttpHandler, HttpResponse, http } from 'msw';
import { issuesOf } from './issues-of.js';
import {
  completeAnswer,
  type MockAnswer,
  type MockAnswers,
  type MockRequest,
} from './mock-answer.js';

export type { MockAnswer, MockAnswers, MockRequest } from './mock-answer.js';

/** What the mocked server is like. */
export interface LlamactlHandlersOptions {
  /** Where it seems to be, without `/api`. Default: `http://localhost:8080`. */
  readonly baseUrl?: string;
  /** Answers that differ from the samples. */
  readonly answers?: { readonly [Id in OperationId]?: MockAnswers<Id> };
  /** Told of each request before it is answered. */
  readonly onRequest?: (request: MockRequest) => void;
}

/**
 * Handlers of Mock Service Worker for every operation of the API, each with a right answer, for tests of
 * apps that use `@llamactl/client`. A request that the server would refuse for its shape is refused with
 * VALIDATION_FAILED. WebSockets and followed logs are not there.
 *
 * @example
 * const server = setupServer(
 *   ...llamactlHandlers({ answers: { startInstance: { code: 'PORT_IN_USE' } } }),
 * );
 * server.listen({ onUnhandledRequest: 'error' });
 */
export function llamactlHandlers(options: LlamactlHandlersOptions = {}): HttpHandler[] {
  const { baseUrl = 'http://localhost:8080', onRequest, answers = {} } = options;
  return (Object.keys(operations) as OperationId[]).map((id) => {
    const { method, path } = operations[id];
    const verb = method.toLowerCase() as Lowercase<typeof method>;
    const pattern = baseUrl.replace(/\/$/, '') + path.replace(/\{(\w+)\}/g, ':$1');
    // Each handler has seen no request yet, so that a list of answers begins at its first.
    const nextAnswer = answering(answers[id] as MockAnswers<OperationId> | undefined);
    return http[verb](pattern, async ({ request, params }) => {
      const seen = await takeApart(id, request, params);
      onRequest?.(seen);
      const issues = issuesOf(seen);
      if (issues.length > 0) return respond(id, refusal(issues));
      return respond(id, await nextAnswer(seen));
    });
  });
}

function answering(
  answers: MockAnswers<OperationId> = {},
): (request: MockRequest) => MockAnswer | Promise<MockAnswer> {
  if (typeof answers === 'function') return answers;
  const list = 'length' in answers ? [...answers] : [answers];
  return () => (list.length > 1 ? list.shift() : list[0]) ?? {};
}

async function takeApart(
  id: OperationId,
  request: Request,
  params: Readonly<Record<string, string | readonly string[] | undefined>>,
): Promise<MockRequest> {
  const text = await request.clone().text();
  return {
    id,
    params: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, String(value)]),
    ),
    query: Object.fromEntries(new URL(request.url).searchParams),
    body: text === '' ? undefined : parsed(text),
    headers: Object.fromEntries(request.headers),
  };
}

/** A text that is no JSON is left as it is, which no schema takes. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refusal(issues: readonly { path: string; message: string }[]): MockAnswer {
  const [first] = issues;
  return {
    code: 'VALIDATION_FAILED',
    body: {
      error: `The request is not right: ${first?.path}: ${first?.message}`,
      code: 'VALIDATION_FAILED',
      details: 'See `issues`.',
      issues: [...issues],
    },
  };
}

function respond(id: OperationId, answer: MockAnswer): Response {
  const { status, body, headers } = completeAnswer(id, answer);
  return HttpResponse.json(body as object, { status, headers });
}
