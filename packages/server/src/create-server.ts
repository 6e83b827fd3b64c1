import type { Config } from '@llamactl/contract';
import { createLlamactl } from '@llamactl/core';
import { assemble } from './assemble.js';
import { closeServer } from './close-server.js';
import { checkConfig } from './config/check-config.js';
import { toCoreOptions } from './config/core-options.js';
import { prepareDataDir } from './config/prepare-data-dir.js';
import { createHttpServer } from './http/create-http-server.js';
import { createEntrance } from './http/entrance.js';
import { assertPrivateInstances, type Listening, listen } from './http/listen.js';
import { type Logger, silentLogger } from './log/logger.js';
import type { LlamactlServer, ServerOptions } from './options.js';
import { asksForSocket } from './websocket/socket-path.js';

/**
 * Starts a REST server over one core. Resolves when it listens and is ready.
 *
 * @throws LlamactlError VALIDATION_FAILED for wrong settings, or for an address beyond loopback without
 *   `config.auth.allow_insecure`; PORT_IN_USE; STORAGE_ERROR, DATA_DIR_LOCKED for the data folder
 */
export async function createServer(options: ServerOptions = {}): Promise<LlamactlServer> {
  const config = checkConfig(mergeConfig(options));
  const { logger = silentLogger, timeouts = {} } = options;
  if (!config.auth.allow_insecure) await assertPrivateInstances(config.instances.host);
  const settings = appSettings(config);
  // The port comes first, so that a second server on it touches no instance; callers wait for the core.
  const entrance = createEntrance((request) => asksForSocket(request, settings.basePath));
  const listening = await listen(() => createHttpServer(entrance, logger, timeouts), {
    host: config.server.host,
    port: config.server.port,
    allowInsecure: config.auth.allow_insecure,
  });
  try {
    const llamactl = options.llamactl ?? (await openCore(config, logger));
    const { instances } = config;
    const assembly = assemble({ llamactl, logger, timeouts, instances, ...settings });
    entrance.open(assembly);
    const close = closeServer({ ...assembly, listening, llamactl, ownsCore: !options.llamactl });
    return {
      ...whereabouts(config, listening),
      llamactl,
      close,
      [Symbol.asyncDispose]: () => close(),
    };
  } catch (error) {
    entrance.shut();
    stopListening(listening);
    throw error;
  }
}

function appSettings({ server }: Config) {
  return {
    basePath: basePathOf(server),
    allowedHosts: [...server.allowed_hosts, server.host],
    allowedOrigins: server.allowed_origins,
  };
}

function whereabouts({ server }: Config, { addresses, port }: Listening) {
  const urlOf = (host: string) =>
    `http://${host.includes(':') ? `[${host}]` : host}:${port}${basePathOf(server)}`;
  return { url: urlOf(server.host), urls: addresses.map(urlOf), port };
}

function basePathOf(server: Config['server']): string {
  return server.base_path.replace(/\/$/, '');
}

function mergeConfig({ config = {}, host, port, basePath, dataDir }: ServerOptions): unknown {
  const given = Object.entries({ host, port, base_path: basePath });
  const server = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return {
    ...config,
    server: { ...config.server, ...server },
    ...(dataDir !== undefined && { data_dir: dataDir }),
  };
}

async function openCore(config: Config, logger: Logger) {
  const dataDir = config.data_dir === undefined ? undefined : await prepareDataDir(config.data_dir);
  return createLlamactl(toCoreOptions(config, dataDir, logger));
}

function stopListening({ servers }: Listening): void {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
}
