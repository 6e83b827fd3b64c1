import type { Config } from '@llamactl/contract';
import { createLlamactl } from '@llamactl/core';
import { assemble } from './assemble.js';
import { openAccounts } from './auth/open-accounts.js';
import { closeServer } from './close-server.js';
import { checkConfig } from './config/check-config.js';
import { backendAuthOf, toCoreOptions } from './config/core-options.js';
import { openDataFolder } from './config/data-folder.js';
import { createHttpServer } from './http/create-http-server.js';
import { createEntrance } from './http/entrance.js';
import { assertPrivateInstances, type Listening, listen } from './http/listen.js';
import { type Logger, silentLogger } from './log/logger.js';
import type { LlamactlServer, ServerOptions } from './options.js';
import { createMemoryDatabase, type DatabaseFile } from './storage/database-file.js';
import { asksForSocket } from './websocket/socket-path.js';

/**
 * Starts a REST server over one core. Resolves when it listens and is ready.
 *
 * @throws LlamactlError VALIDATION_FAILED for wrong settings, or for an address beyond loopback with neither
 *   `config.auth.enabled` nor `config.auth.allow_insecure`; PORT_IN_USE; STORAGE_ERROR, DATA_DIR_LOCKED for
 *   the data folder
 */
export async function createServer(options: ServerOptions = {}): Promise<LlamactlServer> {
  const config = checkConfig(mergeConfig(options));
  const { logger = silentLogger, timeouts = {} } = options;
  const isOpen = backendAuthOf(config) === 'none' && !config.auth.allow_insecure;
  if (isOpen) await assertPrivateInstances(config.instances.host);
  const settings = appSettings(config);
  // The port comes first, so that a second server on it touches no instance; callers wait for the core.
  const entrance = createEntrance((request) => asksForSocket(request, settings.basePath));
  const listening = await listen(() => createHttpServer(entrance, logger, timeouts), {
    host: config.server.host,
    port: config.server.port,
    allowInsecure: config.auth.enabled || config.auth.allow_insecure,
  });
  try {
    const { llamactl, accounts, letGo } = await openInside(config, options, logger);
    const assembly = assemble({ llamactl, accounts, logger, timeouts, ...settings });
    entrance.open(assembly);
    const ownsCore = !options.llamactl;
    const close = closeServer({ ...assembly, listening, llamactl, ownsCore, letGo });
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

function appSettings({ server, rate_limit }: Config) {
  return {
    basePath: basePathOf(server),
    allowedHosts: [...server.allowed_hosts, server.host],
    allowedOrigins: server.allowed_origins,
    trustedProxies: server.trusted_proxies,
    rateLimit: rate_limit,
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

/** The core first: it holds the lock of the data folder, and nobody else touches anything in there. */
async function openInside(config: Config, options: ServerOptions, logger: Logger) {
  const data = await openData(config, options);
  const database = data?.database ?? createMemoryDatabase();
  const llamactl = options.llamactl ?? (await createLlamactl(toCoreOptions(config, data, logger)));
  try {
    const accounts = await openAuth(config, options, { database, dataDir: data?.path, logger });
    return { llamactl, accounts, letGo: database.close };
  } catch (error) {
    if (!options.llamactl) await llamactl.dispose();
    database.close();
    throw error;
  }
}

/** A core that was given keeps its data itself; what is left are accounts. */
async function openData({ auth, data_dir }: Config, { llamactl }: ServerOptions) {
  const isNeeded = !llamactl || auth.enabled;
  return isNeeded && data_dir !== undefined ? openDataFolder(data_dir) : undefined;
}

async function openAuth(
  { auth }: Config,
  { onAdminPassword }: ServerOptions,
  { database, ...rest }: { database: DatabaseFile; dataDir: string | undefined; logger: Logger },
) {
  if (!auth.enabled) return null;
  const tokenTtlSeconds = auth.token_ttl;
  return openAccounts({ database: database.open(), tokenTtlSeconds, onAdminPassword, ...rest });
}

function stopListening({ servers }: Listening): void {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
}
