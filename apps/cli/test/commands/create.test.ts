import { describe, expect, it } from 'vitest';
import { startFakeApi } from '../fixtures/fake-api.js';
import { runCli } from '../fixtures/run-cli.js';

describe('create', () => {
  it('sends the least that was given', async () => {
    await using api = await startFakeApi();
    const { code, out } = await runCli(api, ['create', 'x', '--model', '/m.gguf']);
    expect(code).toBe(0);
    expect(out).toBe('Created llama2-7b on port 8081. Start it: llamactl start llama2-7b\n');
    expect(api.seen).toMatchObject([{ id: 'createInstance' }]);
    expect(api.seen[0]?.body).toEqual({ name: 'x', model_path: '/m.gguf' });
  });

  it('sends everything that was given, options by their type', async () => {
    await using api = await startFakeApi();
    const options = ['threads=4', 'mlock=true', 'seed=null', 'chat_template=chatml'];
    const argv = ['create', 'x', '--model=/m.gguf', '--port', '8090'].concat(
      ...options.map((option) => ['--option', option]),
      ['--env', 'CUDA_VISIBLE_DEVICES=0,1', '--env', 'OMP_NUM_THREADS=4'],
    );
    expect((await runCli(api, argv)).code).toBe(0);
    expect(api.seen[0]?.body).toEqual({
      name: 'x',
      model_path: '/m.gguf',
      port: 8090,
      options: { threads: 4, mlock: true, chat_template: 'chatml' },
      env: { CUDA_VISIBLE_DEVICES: '0,1', OMP_NUM_THREADS: '4' },
    });
  });
});
