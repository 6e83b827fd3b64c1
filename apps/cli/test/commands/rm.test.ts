import { expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

it('rm deletes the instance, and no other route for a wrong name', async () => {
  await using api = await startFakeApi();
  expect(await runCli(api, ['rm', 'x'])).toEqual({ code: 0, out: 'Deleted x.\n', err: '' });
  expect(api.seen).toMatchObject([{ id: 'deleteInstance', params: { name: 'x' } }]);
  const { code, err } = await runCli(api, ['rm', '..']);
  expect(code).toBe(1);
  expect(err).toContain('".." is not a name of an instance');
  expect(api.seen).toHaveLength(1);
});
