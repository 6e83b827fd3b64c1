import type { FuzzRequest } from './fuzz-request.js';
import type { Credential, FuzzTarget } from './fuzz-target.js';
import { type Answer, judgeAnswer, judgeUnrouted } from './judge-answer.js';
import { sendRequest } from './send-request.js';

/** Requests that follow each other. */
export interface Sequence {
  /** What there is at the beginning: nothing, or an instance `alpha`, which may be running. */
  readonly begin: 'empty' | 'defined' | 'started';
  readonly requests: readonly FuzzRequest[];
  /** How many are under way at once. */
  readonly atOnce: number;
}

/** What has been seen, by operation and status. */
export type Tally = Map<string, number>;

/**
 * Sends requests and judges every answer.
 * @throws Error for an answer that is not as documented
 */
export async function runSequence(
  target: FuzzTarget,
  { begin, requests, atOnce }: Sequence,
  tally: Tally,
): Promise<void> {
  await target.prepare(begin);
  for (let at = 0; at < requests.length; at += atOnce) {
    const together = requests.slice(at, at + atOnce);
    await Promise.all(together.map((request) => ask(target, request, tally)));
  }
}

async function ask(target: FuzzTarget, request: FuzzRequest, tally: Tally) {
  const { test, agent, errors } = target;
  const before = errors.length;
  const ready = {
    ...request,
    target: withKnownId(request, target),
    headers: {
      ...callerOf(request),
      ...credentialFor(request, target.credentials),
      ...request.headers,
    },
  };
  const answer = await sendRequest(test.server.port, agent, ready);
  const problems = judge(request, answer, target.counts);
  count(tally, `${request.operation.id} ${answer.status}`);
  if (problems.length > 0) throw new Error(report(ready, answer, problems, errors.slice(before)));
  const isDone = answer.status < 300 && request.method === request.operation.method;
  if (isDone) remember(request, answer, target);
}

function judge({ operation, method, headers }: FuzzRequest, answer: Answer, counts: boolean) {
  const isAsDocumented =
    method === operation.method || (method === 'HEAD' && operation.method === 'GET');
  if (isAsDocumented) return judgeAnswer(operation, answer, { method, counts });
  if (answer.status === 204) return answer.headers.allow === undefined ? ['Allow is missing'] : [];
  const refused = headers.host === undefined ? [] : ['HOST_FORBIDDEN'];
  const limited = counts ? ['RATE_LIMITED'] : [];
  const codes = ['METHOD_NOT_ALLOWED', 'ORIGIN_FORBIDDEN', ...refused, ...limited];
  return judgeUnrouted(answer, codes);
}

/** Nearly always one that is allowed to: else little would be reached. */
function credentialFor(
  { operation, credential }: FuzzRequest,
  { everything, session, others }: FuzzTarget['credentials'],
): Credential {
  if (credential >= 90) return others[credential % others.length] ?? everything;
  return ofSessions.includes(operation.id) ? session : everything;
}

/** Where it seems to come from: a fifth from one place, which then comes up against the limit if there is one. */
function callerOf({ credential }: FuzzRequest): Credential {
  const host = credential < 20 ? '192.0.2.1' : `198.51.100.${credential}`;
  return { 'x-forwarded-for': host };
}

/** What API keys cannot do. */
const ofSessions = ['refreshToken', 'logout'];

/** Stands in requests for what is there: a key that was made before, a request to the gateway. */
export const knownId = 'id-of-what-is-there';

function withKnownId({ operation, target }: FuzzRequest, { keys, waiting }: FuzzTarget): string {
  const known = operation.id === 'cancelRequest' ? waiting : keys;
  return target.replace(knownId, known.at(-1) ?? 'none');
}

/** Takes what later requests are made with. */
function remember({ operation }: FuzzRequest, { text }: Answer, target: FuzzTarget): void {
  if (operation.id === 'createApiKey') target.keys.push(String(JSON.parse(text).api_key.id));
  if (operation.id === 'listRequests') {
    target.waiting = JSON.parse(text).requests.map(({ id }: { id: string }) => id);
  }
  if (operation.id === 'login') {
    target.credentials.session = { authorization: `Bearer ${JSON.parse(text).token}` };
  }
}

function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

function report(
  request: FuzzRequest,
  answer: Answer,
  problems: readonly string[],
  errors: readonly string[],
): string {
  return [
    `${request.operation.id}: ${problems.join('; ')}`,
    `> ${request.method} ${request.target} ${JSON.stringify(request.headers)} ${request.body?.slice(0, 2_000) ?? ''}`,
    `< ${answer.status} ${JSON.stringify(answer.headers)} ${answer.text.slice(0, 2_000)}`,
    ...errors,
  ].join('\n');
}
