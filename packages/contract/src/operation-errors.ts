import type { ErrorCode } from './error-code.js';

/** What is wrong with a definition. */
export const definitionErrors = [
  'INVALID_NAME',
  'UNKNOWN_BACKEND',
  'UNKNOWN_OPTION',
  'INVALID_OPTION',
  'OPTION_MANAGED',
  'OPTION_FORBIDDEN',
  'ENV_FORBIDDEN',
  'COMMAND_FORBIDDEN',
  'MODEL_NOT_FOUND',
  'MODEL_PATH_FORBIDDEN',
  'PORT_IN_USE',
  'RESOURCE_EXHAUSTED',
] as const satisfies readonly ErrorCode[];

/** What keeps an instance from being started; its definition is checked again then. */
export const startErrors = [
  ...definitionErrors,
  'INSTANCE_NOT_FOUND',
  'BACKEND_NOT_FOUND',
  'INSTANCE_STOPPING',
] as const satisfies readonly ErrorCode[];

/** Codes that any request can be answered with, whatever the operation. */
export const commonErrors = [
  'UNAUTHORIZED',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'HOST_FORBIDDEN',
  'ORIGIN_FORBIDDEN',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'INVALID_REQUEST',
  'VALIDATION_FAILED',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'HEADERS_TOO_LARGE',
  'INTERNAL_ERROR',
  'STORAGE_ERROR',
  'STORAGE_FULL',
  'SHUTTING_DOWN',
] as const satisfies readonly ErrorCode[];
