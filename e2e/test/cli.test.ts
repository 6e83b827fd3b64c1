import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { builtFile } from '../system/built-file.js';
import { serve } from '../system/serve.js';

const run = promisify(execFile);

test('the command line takes an instance from create to rm', async () => {
  await using system = await serve();
  const llamactl = async (...args: string[]) => {
    const program = [builtFile('apps/cli/dist/main.js'), '--server', system.url, ...args];
    const { stdout } = await run(process.execPath, program);
    return stdout;
  };

  await llamactl('create', 'chat', '--model', system.model, '--option', 'threads=1');
  expect(await llamactl('ls')).toMatch(/chat\s+stopped/);
  await llamactl('start', 'chat');
  expect(await llamactl('ls')).toMatch(/chat\s+running/);
  expect(JSON.parse(await llamactl('show', 'chat', '--json'))).toMatchObject({
    name: 'chat',
    status: 'running',
    options: { threads: 1 },
  });
  expect(await llamactl('logs', 'chat')).toContain('listening on');
  expect(await llamactl('health', 'chat')).toContain('healthy');

  await expect(llamactl('rm', 'chat')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('chat'),
  });
  await llamactl('stop', 'chat');
  await llamactl('rm', 'chat');
  expect(await llamactl('ls')).not.toContain('chat');
});
