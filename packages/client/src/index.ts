export {
  type Alert,
  type ApiKey,
  type BatchResult,
  type ChangePassword,
  type Config,
  type ConfigInput,
  type ConfigOverride,
  type CreateApiKey,
  type CreateInstance,
  type CreateUser,
  type ErrorCode,
  type EventType,
  errorCodes,
  eventTypes,
  type Failure,
  type GatewayRequest,
  type Identity,
  type Instance,
  type InstanceDetails,
  type InstanceHealth,
  type InstanceOptions,
  type InstanceStats,
  type InstanceStatus,
  type Issue,
  type LastExit,
  type LogEntry,
  type LogLevel,
  type Logout,
  type LogQuery,
  nearestNames,
  type Operation,
  type OperationId,
  type OperationResponse,
  type OptionValue,
  operations,
  type Role,
  type Scope,
  type ServerHealth,
  type ServerMessage,
  type ServerMessageOf,
  type ServerMessageType,
  type StopInstance,
  type SystemInfo,
  type SystemResources,
  type SystemStatus,
  type Token,
  type UpdateInstance,
  type UpdateUser,
  type User,
} from '@llamactl/contract';
export type { Session } from './credentials/session.js';
export type { EnsureRunningOptions } from './ensure-running.js';
export { AbortedError } from './errors/aborted-error.js';
export { ApiError, type ApiErrorInit } from './errors/api-error.js';
export { ConnectionError } from './errors/connection-error.js';
export { InstanceFailedError } from './errors/instance-failed-error.js';
export { InvalidRequestError } from './errors/invalid-request-error.js';
export { type ClientErrorKind, LlamactlClientError } from './errors/llamactl-client-error.js';
export { ProtocolError } from './errors/protocol-error.js';
export { TimeoutError } from './errors/timeout-error.js';
export type { EventMessage, EventsOptions } from './events/events-options.js';
export { LlamactlClient } from './llamactl-client.js';
export type { FollowLogsOptions } from './logs/follow-logs.js';
export type { ConfigUpdate } from './methods/server-methods.js';
export type { OpenAISettings } from './openai-settings.js';
export {
  defaultRetries,
  defaultTimeoutMs,
  type LlamactlClientOptions,
  type RequestOptions,
  type TokenSource,
} from './options.js';
export type { RateLimit, RateLimits } from './rate-limit/rate-limit.js';
export type { ReconnectOptions, Retry } from './reconnect/reconnects.js';
export type { WaitForStatusOptions } from './wait-for-status.js';
