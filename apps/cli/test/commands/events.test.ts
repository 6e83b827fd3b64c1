import type { ServerMessage } from '@llamactl/client';
import { sampleAnswers, sampleInstance } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { startFakeLiveApi } from '../fixtures/fake-live-api.js';
import { runCli } from '../fixtures/run-cli.js';

const stats = { memory_usage: 4_294_967_296, cpu_usage: 25.5, uptime: 3 };
const running = sampleInstance({ name: 'x', status: 'running', stats });
const failed = sampleInstance({ name: 'x', status: 'failed', failure: 'model_corrupt' });
const alert = {
  id: 'instance_failed:x',
  kind: 'instance_failed',
  state: 'raised',
  severity: 'error',
  message: 'x failed \u001b[31m',
  instance: 'x',
  raised_at: '2024-01-15T14:30:00Z',
} as const;

const envelope = (seq: number) => ({ epoch: 'a', seq, timestamp: `2024-01-15T14:30:0${seq}Z` });
const messages: readonly ServerMessage[] = [
  { type: 'hello', ...envelope(0), data: { version: '1.2.3' } },
  {
    type: 'snapshot',
    ...envelope(0),
    data: { instances: [], system: sampleAnswers.getSystemStatus, alerts: [alert] },
  },
  {
    type: 'instance_status_changed',
    ...envelope(1),
    data: { instance: running, previous_status: 'starting' },
  },
  { type: 'instance_stats_updated', ...envelope(2), data: { instance: running } },
  { type: 'instance_updated', ...envelope(3), data: { instance: running } },
  {
    type: 'instance_status_changed',
    ...envelope(4),
    data: { instance: failed, previous_status: 'running' },
  },
  { type: 'system_alert', ...envelope(5), data: alert },
  { type: 'instance_deleted', ...envelope(6), data: { name: 'x' } },
  { type: 'gap', ...envelope(7), data: { reason: 'too long ago' } },
  {
    type: 'config_changed',
    ...envelope(8),
    data: { changed: ['rate_limit.regular', 'server.port'], restart_required: true },
  },
];

describe('events', () => {
  it('prints a line for each, and says when the connection broke', async () => {
    await using api = await startFakeLiveApi({ messages });
    const { code, out, err } = await runCli(api, ['events']);
    expect(
      out,
    ).toBe(`2024-01-15T14:30:00Z Instances: 5 (2 running, 1 starting, 1 failed, 1 stopped); alerts: 1
2024-01-15T14:30:01Z x: running on port 8081
2024-01-15T14:30:02Z x: memory 4.0 GiB, cpu 25.5 % of one core
2024-01-15T14:30:03Z x: changed
2024-01-15T14:30:04Z x: failed (model_corrupt)
2024-01-15T14:30:05Z Alert raised (error): x failed \\x1b[31m
2024-01-15T14:30:06Z x: deleted
2024-01-15T14:30:07Z Some events were missed: too long ago
2024-01-15T14:30:08Z Configuration changed: rate_limit.regular, server.port; restart the server for it
`);
    expect(err).toMatch(/^Lost the connection to ws:.* Trying again in \d\.\d s\.\nerror: gone\n/);
    expect(code).toBe(1);
    expect(api.asked).toEqual(['/api/ws', '/api/ws?since=a%3A8']);
  });

  it('prints one object per line with --json', async () => {
    await using api = await startFakeLiveApi({ messages });
    const { out } = await runCli(api, ['events', '--json']);
    const printed = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(printed.map(({ type }) => type)).toEqual(messages.slice(1).map(({ type }) => type));
    expect(printed[1]).toMatchObject({ seq: 1, data: { previous_status: 'starting' } });
  });

  it('asks for types', async () => {
    await using api = await startFakeLiveApi({ messages });
    await runCli(api, ['events', '--types', 'system_alert, instance_deleted']);
    expect(api.asked[0]).toBe('/api/ws?types=system_alert%2Cinstance_deleted');
  });

  it('knows which types there are', async () => {
    const { code, err } = await runCli(null, ['events', '--types', 'system_alerts']);
    expect(code).toBe(2);
    expect(err).toContain('no events of type "system_alerts". Did you mean system_alert?');
  });
});
