import type { Config } from '@llamactl/contract';
import { createLlamactl } from '@llamactl/core';
import { openAccounts } from './auth/open-accounts.js';
import { closeServer } from './close-server.js';
import { appSource } from './config/app-source.js';
import { createConfigKeeper } from './config/config-keeper.js';
import type { ConfigSource } from './config/config-source.js';
import { toCoreOptions } from './config/core-options.js';
import { openDataFolder } from './config/data-folder.js';
import { mayServeOthers, mayShareInstances } from './config/exposure.js';
import { readAtStart } from './config/read-at-start.js';
import { holdRestarts } from './hold-restarts.js';
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
  return startServer(options, appSource(options));
}

/** What a server takes beside its settings. */
export type ServerParts = Pick<
  ServerOptions,
  'llamactl' | 'logger' | 'onAdminPassword' | 'timeouts'
>;

/** Starts a server whose settings come from `source`, now and whenever somebody asks for them. */
export async function startServer(
  options: ServerParts,
  source: ConfigSource,
): Promise<LlamactlServer> {
  const { logger = silentLogger, timeouts = {} } = options;
  const config = await readAtStart(source, logger);
  if (!mayShareInstances(config)) await assertPrivateInstances(config.instances.host);
  const settings = appSettings(config);
  // The port comes first, so that a second server on it touches no instance; callers wait for the core.
  const entrance = createEntrance((request) => asksForSocket(request, settings.basePath));
  const listening = await listen(() => createHttpServer(entrance, logger, timeouts), {
    host: config.server.host,
    port: config.server.port,
    allowInsecure: mayServeOthers(config),
  });
  try {
    const inside = await openInside(config, options, logger);
    const { llamactl, accounts, assemble, letRestart, letGo } = inside;
    const keeper = createConfigKeeper({
      source,
      running: config,
      logger,
      onChanged: (change) => llamactl.feed.publish('config_changed', change),
    });
    const assembly = assemble({
      llamactl,
      accounts,
      config: keeper,
      logger,
      timeouts,
      ...settings,
    });
    letRestart();
    entrance.open(assembly);
    const close = closeServer({
      ...{ ...assembly, listening, llamactl, letGo },
      ownsCore: !options.llamactl,
      keepsInstances: config.instances.on_shutdown === 'keep',
    });
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

function appSettings({ server, rate_limit, instances }: Config) {
  return {
    basePath: basePathOf(server),
    allowedHosts: [...server.allowed_hosts, server.host],
    allowedOrigins: server.allowed_origins,
    trustedProxies: server.trusted_proxies,
    rateLimit: rate_limit,
    instances,
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

/** The core first: it holds the lock of the data folder, and nobody else touches anything in there. */
async function openInside(config: Config, options: ServerParts, logger: Logger) {
  const data = await openData(config, options);
  const database = data?.database ?? createMemoryDatabase();
  let llamactl = options.llamactl;
  let letRestart = () => {};
  try {
    llamactl ??= await createLlamactl(toCoreOptions(config, data, logger));
    letRestart = holdRestarts(llamactl);
    const accounts = await openAuth(config, options, { database, dataDir: data?.path, logger });
    // Only now, so that a server which is refused the folder or the port has not loaded all that serves.
    const { assemble } = await import('./assemble.js');
    return { llamactl, accounts, assemble, letRestart, letGo: database.close };
  } catch (error) {
    letRestart();
    if (!options.llamactl) await llamactl?.dispose();
    database.close();
    throw error;
  }
}

/** A core that was given keeps its data itself; what is left are accounts. */
async function openData({ auth, data_dir }: Config, { llamactl }: ServerParts) {
  const isNeeded = !llamactl || auth.enabled;
  return isNeeded && data_dir !== undefined ? openDataFolder(data_dir) : undefined;
}

async function openAuth(
  { auth }: Config,
  { onAdminPassword }: ServerParts,
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
