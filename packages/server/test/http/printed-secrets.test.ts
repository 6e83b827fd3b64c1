import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fakeBackendPath, freePort, tempDir } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { succeed } from '../support/call.js';
import { follow } from '../support/follow.js';
import { openSocket } from '../support/open-socket.js';
import { startTestServer } from '../support/test-server.js';

const token = 'a-token-of-the-settings';

it('A22: what a backend prints of its secrets is in no answer, stream or message', async () => {
  await using dir = await tempDir();
  const command = join(dir.path, 'printing-server');
  const script = `#!/bin/sh\nenv >&2\nexec ${fakeBackendPath('ready')} "$@"\n`;
  await writeFile(command, script, { mode: 0o755 });
  await using test = await startTestServer({
    config: {
      backends: { 'llama-cpp': { command, env: { HF_TOKEN: token } } },
      instances: { backend_auth: 'run_key' },
    },
  });
  const { server } = test;
  const messages: unknown[] = [];
  using _socket = await openSocket(server.url, { onMessage: (message) => messages.push(message) });
  const definition = { name: 'a', model_path: test.model, port: await freePort() };
  await server.llamactl.create(definition);
  using followed = await follow(server.url, 'a');
  await server.llamactl.start('a');
  await server.llamactl.waitForStatus('a', 'running', { timeoutMs: 20_000 });
  const key = String(server.llamactl.connection('a').key);
  await followed.until(({ text }) => text.includes('HF_TOKEN=') && text.includes('LLAMA_API_KEY='));
  await server.llamactl.stop('a');
  await server.llamactl.waitForStatus('a', 'stopped', { timeoutMs: 20_000 });
  const [logs, details] = await Promise.all([
    succeed(server.url, 'getInstanceLogs', { name: 'a', query: '?lines=1000' }),
    succeed(server.url, 'getInstance', { name: 'a' }),
  ]);
  expect(JSON.stringify(logs)).toContain('LLAMA_API_KEY=********');
  expect(details).toMatchObject({ last_exit: { log_tail: expect.any(Array) } });
  const past = await readFile(join(test.dir, 'data', 'pasts', 'instance-a.json'), 'utf8');
  const seen = [
    followed.text,
    past,
    ...[logs, details, messages].map((each) => JSON.stringify(each)),
  ];
  for (const text of seen) {
    expect(text).not.toContain(key);
    expect(text).not.toContain(token);
  }
  // The file has them, as the backend writes it; the watch over all tests would take it for a leak.
  await server.llamactl.remove('a');
});
