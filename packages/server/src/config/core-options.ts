import { join } from 'node:path';
import type { Config } from '@llamactl/contract';
import { type LlamactlOptions, llamaCpp } from '@llamactl/core';
import type { Logger } from '../log/logger.js';
import { createSqliteStore } from '../storage/sqlite-store.js';

/** What the core gets out of a configuration; without a data folder it keeps nothing. */
export function toCoreOptions(
  config: Config,
  dataDir: string | undefined,
  logger: Logger,
): LlamactlOptions {
  const { instances, models, logs, metrics, alerts } = config;
  const backend = config.backends['llama-cpp'];
  return {
    ...(dataDir !== undefined && { dataDir, store: openStore(dataDir, logger) }),
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
    portRange: instances.port_range,
    startupTimeoutMs: instances.startup_timeout * 1_000,
    stopTimeoutMs: instances.stop_timeout * 1_000,
    onShutdown: instances.on_shutdown,
    modelRoots: models.roots,
    maxLogFileBytes: logs.max_file_size,
    maxLogFiles: logs.max_files,
    alertPercent: { memory: alerts.memory_percent, disk: alerts.disk_percent },
    statsIntervalMs: metrics.interval * 1_000,
    onWarning: (message, error) => logger.warn(message, { error }),
  };
}

function openStore(dataDir: string, logger: Logger) {
  return createSqliteStore({
    file: join(dataDir, 'llamactl.db'),
    onUnreadable: (name, error) => logger.error('definition left out', { instance: name, error }),
  });
}
