import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LlamactlError } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { keptHome } from './kept-home.js';

test('what Llamactl keeps is handed to no backend, by whichever field it is named', async () => {
  await using home = await keptHome();
  const kept = join(home.dataDir, 'secret.gguf');
  await writeFile(kept, 'not a model');
  await using llamactl = await home.open({ onShutdown: 'stop' });
  const model_path = home.model;
  await llamactl.create({ name: 'alpha', model_path });
  const attempts: [field: string, attempt: () => Promise<unknown>][] = [
    ['model_path', () => llamactl.create({ name: 'beta', model_path: kept })],
    ['model_path', () => llamactl.update('alpha', { model_path: kept })],
    ['options.mmproj', () => llamactl.update('alpha', { options: { mmproj: kept } })],
    ['extra_args[0]', () => llamactl.update('alpha', { extra_args: ['--mmproj', kept] })],
  ];
  for (const [path, attempt] of attempts) {
    const error = await attempt().catch((thrown: unknown) => thrown);
    expect(LlamactlError.is(error, 'MODEL_PATH_FORBIDDEN')).toBe(true);
    expect(error).toMatchObject({ issues: [{ path }] });
  }
  expect(llamactl.list()).toMatchObject([{ name: 'alpha', model_path, options: {} }]);
});
