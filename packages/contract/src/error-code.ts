/** The catalogue: every code that an answer or a thrown error can carry, its HTTP status, and what to do about it. */
export const errorCatalogue = {
  INVALID_REQUEST: [400, 'The request could not be read.'],
  VALIDATION_FAILED: [400, 'A field is missing, unknown or has a wrong value; see `issues`.'],
  INVALID_NAME: [400, 'The name of the instance is not allowed.'],
  UNKNOWN_BACKEND: [400, 'No backend of that name is configured.'],
  UNKNOWN_OPTION: [400, 'The backend has no such option; see `suggestions`.'],
  INVALID_OPTION: [400, 'The value does not fit the option.'],
  OPTION_MANAGED: [400, 'The option is set by llamactl itself.'],
  OPTION_FORBIDDEN: [
    400,
    'The option can run code, write files or download; the configuration file must allow it.',
  ],
  ENV_FORBIDDEN: [
    400,
    'The environment variable is not on the safe list; the configuration file must allow it.',
  ],
  COMMAND_FORBIDDEN: [400, 'An own command is only taken when the configuration file allows it.'],
  MODEL_NOT_FOUND: [400, 'There is no model file at that path.'],
  MODEL_PATH_FORBIDDEN: [
    400,
    'The path is not a readable regular file, or lies outside the allowed folders.',
  ],
  BACKEND_NOT_FOUND: [400, "The backend's executable is missing or cannot be run."],
  UNAUTHORIZED: [401, 'There is no valid credential: log in, or send an API key.'],
  TOKEN_EXPIRED: [401, 'The token or the API key has expired; log in again, or make a new key.'],
  INVALID_CREDENTIALS: [401, 'The name or the password is wrong.'],
  FORBIDDEN: [403, 'The credential is valid, but not for this.'],
  CONFIG_FILE_ONLY: [
    403,
    'The setting decides over code or access, so it changes in the configuration file alone.',
  ],
  HOST_FORBIDDEN: [
    403,
    'The Host header names no host of this server; `server.allowed_hosts` adds names.',
  ],
  ORIGIN_FORBIDDEN: [
    403,
    'A page of another site asked for a change; `server.allowed_origins` adds origins.',
  ],
  NOT_FOUND: [404, 'There is no such route.'],
  INSTANCE_NOT_FOUND: [404, 'There is no instance of that name.'],
  USER_NOT_FOUND: [404, 'There is no user of that name.'],
  KEY_NOT_FOUND: [404, 'There is no API key of that id.'],
  REQUEST_NOT_FOUND: [404, 'There is no such request under way.'],
  METHOD_NOT_ALLOWED: [405, 'The route exists, but not with this method; see the Allow header.'],
  REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  INSTANCE_EXISTS: [
    409,
    'An instance of that name exists already; names differ by more than case.',
  ],
  INSTANCE_ALREADY_RUNNING: [409, 'The instance is running already.'],
  INSTANCE_NOT_RUNNING: [409, 'The instance is not running.'],
  INSTANCE_STOPPING: [409, 'The instance is being stopped; try again when it is stopped.'],
  INSTANCE_NOT_STOPPED: [409, 'The instance must be stopped first.'],
  PORT_IN_USE: [409, 'Another program or instance holds the port.'],
  DATA_DIR_LOCKED: [409, 'Another manager uses the same data folder.'],
  USER_EXISTS: [409, 'A user of that name exists already; names differ by more than case.'],
  LAST_ADMIN: [409, 'There would be no admin left.'],
  AUTH_DISABLED: [409, 'Authentication is off; `auth.enabled` in the configuration turns it on.'],
  CONFIG_NOT_KEPT: [
    409,
    'The server has neither a configuration file nor a data folder to keep settings in.',
  ],
  REQUEST_CANCELLED: [409, 'The request was cancelled by somebody who may.'],
  PAYLOAD_TOO_LARGE: [413, 'The body is larger than the limit.'],
  UNSUPPORTED_MEDIA_TYPE: [
    415,
    'The body must be JSON (Content-Type: application/json), without compression.',
  ],
  QUEUE_FULL: [429, 'Too many requests wait for the instance already; see the Retry-After header.'],
  TOO_MANY_FOLLOWS: [429, 'Too many log streams are open from one address; close one first.'],
  RATE_LIMITED: [429, 'There were too many requests within a minute; see the Retry-After header.'],
  TOO_MANY_ATTEMPTS: [429, 'Too many wrong passwords; see the Retry-After header.'],
  HEADERS_TOO_LARGE: [431, 'The headers are larger than the limit.'],
  INTERNAL_ERROR: [
    500,
    'Something went wrong inside; the server log has the details under the request id.',
  ],
  STORAGE_ERROR: [500, 'The data folder or the configuration file could not be read or written.'],
  UPSTREAM_ERROR: [502, 'The instance broke off, or answered something that is not HTTP.'],
  RESOURCE_EXHAUSTED: [503, 'The machine has no free port, process or file handle left.'],
  INSTANCE_STOPPED: [
    503,
    'The instance is stopped, or about to be, and requests do not start it; start it first.',
  ],
  INSTANCE_FAILED: [503, 'The instance failed instead; see its `failure` and `last_exit`.'],
  SHUTTING_DOWN: [503, 'Llamactl is stopping.'],
  TIMEOUT: [504, 'The deadline passed before it was done.'],
  MEMORY_BUDGET_EXCEEDED: [
    507,
    'The instance alone needs more memory than `instances.memory_budget` leaves to all of them.',
  ],
  STORAGE_FULL: [507, 'The disk of the data folder or of the configuration file is full.'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;

/**
 * Every code, in the order of the catalogue.
 *
 * @example
 * ```ts
 * import { errorCodes } from '@llamactl/client';
 *
 * const isKnown = (code: string | null) => errorCodes.some((known) => known === code);
 * ```
 */
export const errorCodes = Object.keys(errorCatalogue) as ErrorCode[];

/** The HTTP status that goes with a code. */
export function httpStatusOf(code: ErrorCode): number {
  return errorCatalogue[code][0];
}

/** What a code means, in one sentence. */
export function meaningOf(code: ErrorCode): string {
  return errorCatalogue[code][1];
}
