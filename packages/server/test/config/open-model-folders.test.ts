import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/log/logger.js';
import { startTestServer } from '../support/test-server.js';

test('S4: folders of models that everybody may change are told of at the start', async () => {
  await using dir = await tempDir();
  const at = (name: string) => join(dir.path, name);
  for (const [name, mode] of [
    ['closed', 0o755],
    ['shared', 0o775],
    ['open', 0o777],
    ['drop-box', 0o1777],
  ] as const) {
    await mkdir(at(name));
    await chmod(at(name), mode);
  }
  const lines: string[] = [];
  const roots = ['closed', 'shared', 'open', 'drop-box', 'missing'].map(at);
  await using _ = await startTestServer({
    logger: createLogger('warn', (line) => lines.push(line)),
    config: { models: { roots } },
  });
  expect(lines).toEqual([
    expect.stringContaining(`chmod o-w ${at('open')}`),
    expect.stringContaining(`chmod o-w ${at('drop-box')}`),
    expect.stringContaining(`${at('missing')} of models.roots is not there`),
  ]);
});

test('S4: without folders there is nothing to tell', async () => {
  const lines: string[] = [];
  await using _ = await startTestServer({
    logger: createLogger('warn', (line) => lines.push(line)),
  });
  expect(lines).toEqual([]);
});
