export { type Config, type ConfigInput, configFileSchema, LlamactlError } from '@llamactl/contract';
export { type LoadedConfig, loadConfig } from './config/load-config.js';
export { environmentVariableOf } from './config/read-environment.js';
export type { ConfigSources } from './config/read-settings.js';
export { createServer } from './create-server.js';
export type { HttpTimeouts } from './http/create-http-server.js';
export { createLogger, type LogFields, type Logger, type ServerLogLevel } from './log/logger.js';
export type { CloseOptions, LlamactlServer, ServerOptions } from './options.js';
export { createSqliteStore, type SqliteStoreOptions } from './storage/sqlite-store.js';
