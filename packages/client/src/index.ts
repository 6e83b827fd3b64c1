export {
  type CreateInstance,
  type ErrorCode,
  errorCodes,
  type Failure,
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
  type LogQuery,
  type Operation,
  type OperationId,
  type OperationResponse,
  type OptionValue,
  operations,
  type ServerHealth,
  type StopInstance,
  type UpdateInstance,
} from '@llamactl/contract';
export { AbortedError } from './errors/aborted-error.js';
export { ApiError, type ApiErrorInit } from './errors/api-error.js';
export { ConnectionError } from './errors/connection-error.js';
export { InstanceFailedError } from './errors/instance-failed-error.js';
export { InvalidRequestError } from './errors/invalid-request-error.js';
export { type ClientErrorKind, LlamactlClientError } from './errors/llamactl-client-error.js';
export { ProtocolError } from './errors/protocol-error.js';
export { TimeoutError } from './errors/timeout-error.js';
export { LlamactlClient } from './llamactl-client.js';
export {
  defaultTimeoutMs,
  type LlamactlClientOptions,
  type RequestOptions,
  type TokenSource,
} from './options.js';
export type { WaitForStatusOptions } from './wait-for-status.js';
