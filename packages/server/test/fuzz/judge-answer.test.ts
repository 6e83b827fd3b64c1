import { describe, expect, it } from 'vitest';
import { documentedOperations } from './document-operations.js';
import { judgeAnswer, judgeUnrouted } from './judge-answer.js';

const [health, list, logs] = ['getHealth', 'listInstances', 'getInstanceLogs'].map((wanted) => {
  const operation = documentedOperations.find(({ id }) => id === wanted);
  if (operation === undefined) throw new Error(`there is no operation ${wanted}`);
  return operation;
});

const get = { method: 'GET' };
const headers = { 'x-request-id': 'a', 'content-type': 'application/json; charset=utf-8' };
const error = { error: 'e', code: 'SHUTTING_DOWN', details: '' };

function judge(status: number, body: unknown, more = {}) {
  if (health === undefined) throw new Error('unreachable');
  const answer = { status, headers: { ...headers, ...more }, text: JSON.stringify(body) };
  return judgeAnswer(health, answer, get);
}

describe('an answer', () => {
  it('is let through when it is as documented', () => {
    expect(judge(200, { status: 'ok' })).toEqual([]);
    expect(judge(503, error, { 'retry-after': '5' })).toEqual([]);
  });

  it.each([
    ['a status', judge(201, { status: 'ok' }), 'status 201'],
    ['a failure of our own', judge(500, { ...error, code: 'INTERNAL_ERROR' }), 'status is 500'],
    ['a value', judge(200, { status: 'fine' }), '/status must be equal to one of'],
    ['a missing field', judge(200, {}), "required property 'status'"],
    ['a further field', judge(200, { status: 'ok', more: 1 }), 'additional properties'],
    ['a code', judge(503, { ...error, code: 'PORT_IN_USE' }, { 'retry-after': '5' }), '/code'],
    [
      'a field of an error',
      judge(503, { ...error, more: 1 }, { 'retry-after': '5' }),
      'additional',
    ],
    ['a missing header', judge(503, error), 'Retry-After is missing'],
    ['a header', judge(503, error, { 'retry-after': '-1' }), 'header Retry-After'],
    ['a content type', judge(200, {}, { 'content-type': 'text/html' }), 'text/html'],
    ['a stack', judge(200, { status: 'ok', e: 'x at f (a.js:1:2)' }), 'stack'],
  ])('is refused for %s that is not documented', (_what, problems, expected) => {
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('is looked into', () => {
    if (list === undefined) throw new Error('unreachable');
    const text = JSON.stringify({ instances: [{ name: 'a' }] });
    expect(judgeAnswer(list, { status: 200, headers, text }, get).length).toBeGreaterThan(5);
    expect(judgeAnswer(list, { status: 200, headers, text: '' }, { method: 'HEAD' })).toEqual([]);
  });
});

it('an answer of an instance may be anything, but has the id of its request', () => {
  const operation = documentedOperations.find(({ id }) => id === 'proxyPatch');
  if (operation === undefined) throw new Error('unreachable');
  const judgeProxied = (status: number, more: object = headers) =>
    judgeAnswer(operation, { status, headers: { ...more }, text: '<p>' }, { method: 'PATCH' });
  for (const status of [200, 302, 418, 500, 599]) expect(judgeProxied(status)).toEqual([]);
  expect(judgeProxied(200, {})).toEqual(['the header X-Request-Id is missing']);
});

it('an answer that is counted must say how the caller stands', () => {
  if (list === undefined || health === undefined) throw new Error('unreachable');
  const counting = { method: 'GET', counts: true };
  const answer = { status: 200, headers, text: '{"instances":[]}' };
  expect(judgeAnswer(list, answer, get)).toEqual([]);
  expect(judgeAnswer(list, answer, counting)).toHaveLength(3);
  expect(judgeAnswer(health, { ...answer, text: '{"status":"ok"}' }, counting)).toEqual([]);
});

it.each([
  ['application/x-ndjson', (json: string) => `${json}\n\n{"seq":`],
  ['text/event-stream', (json: string) => `id: 1\ndata: ${json}\n\n:\n\nid: 2\nda`],
])('each entry of a stream as %s is looked at', (type, write) => {
  if (logs === undefined) throw new Error('unreachable');
  const entry = { seq: 1, timestamp: '2026-01-15T10:30:00.000Z', level: 'info', message: 'm' };
  const judgeStream = (item: object) => {
    const text = write(JSON.stringify(item));
    return judgeAnswer(
      logs,
      { status: 200, headers: { ...headers, 'content-type': type }, text },
      get,
    );
  };
  expect(judgeStream(entry)).toEqual([]);
  expect(judgeStream({ ...entry, level: 'loud' })).toHaveLength(1);
  expect(judgeStream({ ...entry, more: 1 })).toHaveLength(1);
});

it('an answer to another method must say which ones there are', () => {
  const body = JSON.stringify({ ...error, code: 'METHOD_NOT_ALLOWED' });
  const answer = { status: 405, headers: { ...headers, allow: 'GET' }, text: body };
  expect(judgeUnrouted(answer, ['METHOD_NOT_ALLOWED'])).toEqual([]);
  expect(judgeUnrouted({ ...answer, headers }, ['METHOD_NOT_ALLOWED'])).toEqual([
    'Allow is missing',
  ]);
  expect(judgeUnrouted(answer, ['NOT_FOUND'])).toEqual(['the code is METHOD_NOT_ALLOWED']);
});
