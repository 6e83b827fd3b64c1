import { join } from 'node:path';
import type { ConfigInput } from '@llamactl/contract';
import {
  type FakeParameters,
  makeFakeCommand,
  makeTinyGguf,
  ownPorts,
  tempDir,
} from '@llamactl/testkit';
import { createServer } from '../../src/create-server.js';
import type { LlamactlServer, ServerOptions } from '../../src/options.js';
import { overheard, publishLogs } from './overheard.js';

/** A server on a free port over a real core, whose llama-server is a fake. */
export interface TestServer extends AsyncDisposable {
  readonly server: LlamactlServer;
  readonly dir: string;
  /** Path of a small model. */
  readonly model: string;
}

/** Starts one; everything goes when it is disposed of. */
export async function startTestServer(
  options: ServerOptions = {},
  fake: Parameters<typeof makeFakeCommand>[0] = 'ready',
  parameters: FakeParameters = {},
): Promise<TestServer> {
  const dir = await tempDir();
  const model = join(dir.path, 'model.gguf');
  await makeTinyGguf(model);
  const command = await makeFakeCommand(fake, { dir: dir.path, ...parameters });
  const [first, last] = ownPorts();
  const base: ConfigInput = {
    backends: { 'llama-cpp': { command } },
    instances: { stop_timeout: 5, port_range: [first, last] },
    // Tests ask more than anybody; those of the limits turn them on.
    rate_limit: { enabled: false },
  };
  const server = await createServer({
    port: 0,
    dataDir: join(dir.path, 'data'),
    ...options,
    logger: overheard(options.logger),
    config: {
      ...base,
      ...options.config,
      instances: { ...base.instances, ...options.config?.instances },
    },
  });
  return {
    server,
    dir: dir.path,
    model,
    async [Symbol.asyncDispose]() {
      await server.close({ force: true });
      await publishLogs(join(dir.path, 'data'));
      await dir.remove();
    },
  };
}
