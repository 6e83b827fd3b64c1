import { type OperationId, operations } from '@llamactl/contract';
import { sampleAnswers, sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { ApiError, type InstanceStatus, LlamactlClient } from '../../src/index.js';
import { calls } from '../fixtures/calls.js';
import { epoch } from '../fixtures/messages.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { startSocketServer } from '../fixtures/socket-server.js';
import { answering, startServer } from '../fixtures/start-server.js';
import { sending } from '../fixtures/turns.js';

const { hello, snapshot, status, frame } = epoch('a');
const later = 'of_a_later_version';
/** Objects whose keys are names, not fields. */
const named = new Set(['options', 'env', 'groups', 'backends']);

/** The same with another field in every object. */
function withMore(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withMore(item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, withMore(inner, name)]);
  return { ...Object.fromEntries(fields), ...(named.has(key) ? {} : { [later]: { a: 1 } }) };
}

async function answerOf(body: unknown, code = 200) {
  const server = await startServer(answering(code, body));
  return { ...server, client: new LlamactlClient({ baseUrl: server.url }) };
}

describe('a newer server', () => {
  it.each(Object.keys(operations) as OperationId[])(
    'may say more in any place of what %s answers',
    async (id) => {
      await using server = await answerOf(withMore(sampleAnswers[id]));
      expect(await calls[id].run(server.client)).toEqual(calls[id].result);
    },
  );

  it('may have other states and failures: they are given as they are', async () => {
    const instance = { ...sampleInstance(), status: 'sleeping', failure: 'licence_missing' };
    await using server = await answerOf({ instances: [instance, sampleInstance()] });
    const [first, second] = await server.client.listInstances();
    expect(first).toMatchObject({ status: 'sleeping', failure: 'licence_missing' });
    expect(second?.status).toBe(sampleInstance().status);
  });

  it('may say what it did in other words, and end it in another state', async () => {
    await using server = await answerOf({ message: 'Asleep soon', status: 'dozing' });
    expect(await server.client.stopInstance('x')).toEqual({ status: 'dozing' });
    await server.client.deleteInstance('x');
  });

  it('may refuse with a code that is not known', async () => {
    const body = { error: 'Too warm.', code: 'TOO_WARM', details: 'Wait.', [later]: 1 };
    await using server = await answerOf(body, 418);
    const error = await rejectionAs(server.client.startInstance('x'), ApiError.is);
    expect(error).toMatchObject({ status: 418, code: 'TOO_WARM', message: 'Too warm.' });
  });

  it('may tell of other events, states and alerts; the stream goes on', async () => {
    const alert = { id: 'a', kind: 'heat', state: 'raised', severity: 'info', message: 'Warm.' };
    await using server = await startSocketServer([
      sending(
        JSON.stringify(withMore(JSON.parse(hello(1)))),
        JSON.stringify(withMore(JSON.parse(snapshot(1, sampleInstance())))),
        frame('weather_changed' as 'gap', 2, { reason: 'sunny' }),
        status(3, 'sleeping' as InstanceStatus),
        frame('system_alert', 4, {
          ...alert,
          instance: null,
          raised_at: '2026-01-15T14:30:00.000Z',
        } as never),
      ),
    ]);
    const seen: unknown[] = [];
    const client = new LlamactlClient({ baseUrl: server.url });
    for await (const { type, data } of client.events()) {
      if (type === 'instance_status_changed') seen.push(data.instance.status);
      else if (type === 'system_alert') seen.push(data.kind);
      else seen.push(type);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['snapshot', 'sleeping', 'heat']);
  });

  it('may go through states that are not known on the way to one that is', async () => {
    const x = (of: string) => sampleInstance({ name: 'x', status: of as InstanceStatus });
    await using server = await startSocketServer(
      [
        sending(
          snapshot(1, x('waking')),
          status(2, 'warming' as InstanceStatus),
          status(3, 'running'),
        ),
      ],
      { onRequest: answering(200, x('waking')) },
    );
    const client = new LlamactlClient({ baseUrl: server.url });
    const limit = { timeoutMs: 20_000 };
    expect((await client.waitForStatus('x', 'running', limit)).status).toBe('running');
    expect((await client.ensureRunning('x', limit)).status).toBe('running');
  });

  it('may send log lines of other levels', async () => {
    const line = { seq: 1, timestamp: '2026-01-15T14:30:00.000Z', level: 'trace', message: 'm' };
    await using server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(`${JSON.stringify({ ...line, [later]: 1 })}\n`);
    });
    const client = new LlamactlClient({ baseUrl: server.url });
    for await (const entry of client.followLogs('x')) {
      expect(entry).toEqual(line);
      break;
    }
  });
});
