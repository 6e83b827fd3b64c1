import type { Config } from '@llamactl/contract';
import { type BackendAuth, type LlamactlOptions, llamaCpp } from '@llamactl/core';
import type { Logger } from '../log/logger.js';
import { createInstanceTable } from '../storage/sqlite-store.js';
import type { DataFolder } from './data-folder.js';

/** What the ports of instances ask for: while callers of the API need a credential, so do theirs. */
export function backendAuthOf({ auth, instances }: Config): BackendAuth {
  if (instances.backend_auth !== 'auto') return instances.backend_auth;
  return auth.enabled ? 'run_key' : 'none';
}

/** What the core gets out of a configuration; without a data folder it keeps nothing. */
export function toCoreOptions(
  config: Config,
  data: DataFolder | undefined,
  logger: Logger,
): LlamactlOptions {
  const { instances, models, logs, metrics, alerts } = config;
  const backend = config.backends['llama-cpp'];
  return {
    ...(data && { dataDir: data.path, store: openStore(data, logger) }),
    backends: {
      'llama-cpp': llamaCpp({
        command: backend.command,
        args: backend.args,
        env: backend.env,
        allowOptions: backend.allow_options,
        allowEnv: backend.allow_env,
        allowCommand: backend.allow_command,
      }),
    },
    host: instances.host,
    backendAuth: backendAuthOf(config),
    portRange: instances.port_range,
    startupTimeoutMs: instances.startup_timeout * 1_000,
    stopTimeoutMs: instances.stop_timeout * 1_000,
    healthIntervalMs: instances.health_interval * 1_000,
    hangTimeoutMs: instances.hang_timeout * 1_000,
    onShutdown: instances.on_shutdown,
    modelRoots: models.roots,
    maxLogFileBytes: logs.max_file_size,
    maxLogFiles: logs.max_files,
    alertPercent: { memory: alerts.memory_percent, disk: alerts.disk_percent },
    statsIntervalMs: metrics.interval * 1_000,
    onWarning: (message, error) => logger.warn(message, { error }),
  };
}

function openStore({ database }: DataFolder, logger: Logger) {
  return createInstanceTable(database, (name, error) =>
    logger.error('definition left out', { instance: name, error }),
  );
}
