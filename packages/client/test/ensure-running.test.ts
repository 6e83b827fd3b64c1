import { sampleAnswers, sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { nextMove } from '../src/ensure-running.js';
import {
  AbortedError,
  ApiError,
  type ErrorCode,
  InstanceFailedError,
  type InstanceStatus,
  LlamactlClient,
  TimeoutError,
} from '../src/index.js';
import { rejectionAs, rejectionOf } from './fixtures/rejection-of.js';
import { answering, startServer } from './fixtures/start-server.js';

/** What a server says of an instance: looks and starts use up their own scripts, whose last line stays. */
interface Script {
  readonly looks: readonly InstanceStatus[];
  readonly starts?: readonly ('ok' | ErrorCode)[];
}

async function startScripted({ looks, starts = ['ok'] }: Script) {
  const asked: string[] = [];
  const nth = (kind: string) => asked.filter((one) => one === kind).length - 1;
  const server = await startServer((request, response) => {
    const kind = request.method === 'POST' ? 'start' : 'look';
    asked.push(kind);
    if (kind === 'look') {
      const status = looks[Math.min(nth(kind), looks.length - 1)] ?? 'stopped';
      const failure = status === 'failed' ? 'model_corrupt' : null;
      return answering(200, sampleInstance({ status, failure }))(request, response);
    }
    const code = starts[Math.min(nth(kind), starts.length - 1)] ?? 'ok';
    if (code === 'ok') return answering(200, sampleAnswers.startInstance)(request, response);
    const status = code === 'MODEL_NOT_FOUND' ? 400 : 409;
    return answering(status, { error: code, code, details: '' })(request, response);
  });
  return { ...server, asked, client: new LlamactlClient({ baseUrl: server.url }) };
}

const startsOf = ({ asked }: { readonly asked: readonly string[] }) =>
  asked.filter((kind) => kind === 'start').length;

describe('nextMove', () => {
  it.each([
    ['running', null, false, 'done'],
    ['running', 'stopping', true, 'done'],
    ['stopped', null, false, 'start'],
    ['failed', null, false, 'start'],
    ['starting', null, false, 'wait'],
    ['starting', 'stopped', true, 'wait'],
    ['stopping', null, false, 'wait'],
    ['stopped', 'stopping', false, 'start'],
    ['failed', 'starting', true, 'look_again'],
    ['stopped', 'starting', true, 'look_again'],
    ['stopped', 'stopping', true, 'look_for_a_while'],
  ] as const)('%s after %s, begun %s: %s', (status, previous, hasBegun, move) => {
    expect(nextMove(status, previous, hasBegun)).toBe(move);
  });
});

describe('ensureRunning', () => {
  it.each<[string, Script, number]>([
    ['one that runs', { looks: ['running'] }, 0],
    ['one that starts already', { looks: ['starting', 'starting', 'running'] }, 0],
    ['a stopped one', { looks: ['stopped', 'starting', 'running'] }, 1],
    ['a failed one', { looks: ['failed', 'starting', 'running'] }, 1],
    ['one that is being stopped', { looks: ['stopping', 'stopped', 'starting', 'running'] }, 1],
    [
      'one that somebody else started first',
      { looks: ['stopped', 'starting', 'running'], starts: ['INSTANCE_ALREADY_RUNNING'] },
      1,
    ],
    [
      'one that somebody stops first',
      {
        looks: ['stopped', 'stopping', 'stopped', 'starting', 'running'],
        starts: ['INSTANCE_STOPPING', 'ok'],
      },
      2,
    ],
    [
      'one that somebody restarts meanwhile',
      { looks: ['starting', 'stopping', 'stopped', 'stopped', 'starting', 'running'] },
      0,
    ],
    [
      'one of which an old failure was seen after the start',
      { looks: ['stopped', 'failed', 'starting', 'running'] },
      1,
    ],
  ])('resolves when it answers, of %s', async (_, script, starts) => {
    await using server = await startScripted(script);
    expect(await server.client.ensureRunning('x')).toMatchObject({ status: 'running' });
    expect(startsOf(server)).toBe(starts);
  });

  it('looks once at one that runs', async () => {
    await using server = await startScripted({ looks: ['running'] });
    await server.client.ensureRunning('x');
    expect(server.asked).toEqual(['look']);
  });

  it('tells each status on the way', async () => {
    await using server = await startScripted({ looks: ['stopped', 'starting', 'running'] });
    const seen: InstanceStatus[] = [];
    await server.client.ensureRunning('x', { onStatus: ({ status }) => seen.push(status) });
    expect(seen).toEqual(['stopped', 'starting', 'running']);
  });

  it.each<[string, Script, string]>([
    ['fails', { looks: ['stopped', 'starting', 'failed'] }, 'failed (model_corrupt)'],
    ['fails that somebody else started', { looks: ['starting', 'failed'] }, 'failed'],
    ['stops by itself', { looks: ['stopped', 'starting', 'stopped'] }, 'is stopped instead'],
    [
      'is stopped by somebody',
      { looks: ['stopped', 'starting', 'stopping', 'stopped'] },
      'is stopped instead',
    ],
  ])('rejects with the diagnosis of one that %s, and does not start it again', async (...test) => {
    const [, script, message] = test;
    await using server = await startScripted(script);
    const error = await rejectionAs(server.client.ensureRunning('x'), InstanceFailedError.is);
    expect(error.message).toContain(message);
    expect(startsOf(server)).toBe(script.looks[0] === 'stopped' ? 1 : 0);
  });

  it('rejects with what keeps it from being started', async () => {
    const script: Script = { looks: ['stopped'], starts: ['MODEL_NOT_FOUND'] };
    await using server = await startScripted(script);
    const error = await rejectionAs(server.client.ensureRunning('x'), ApiError.is);
    expect(error.code).toBe('MODEL_NOT_FOUND');
  });

  it('ends at its deadline, and with the signal of the caller', async () => {
    await using server = await startScripted({ looks: ['starting'] });
    const call = server.client.ensureRunning('x', { timeoutMs: 2_500 });
    const error = await rejectionAs(call, TimeoutError.is);
    expect(error.message).toBe(
      'Instance "x" was not running within 2500 ms; it was last starting.',
    );

    const controller = new AbortController();
    const onStatus = () => controller.abort();
    const other = server.client.ensureRunning('x', { signal: controller.signal, onStatus });
    expect(await rejectionOf(other)).toSatisfy(AbortedError.is);
  });
});
