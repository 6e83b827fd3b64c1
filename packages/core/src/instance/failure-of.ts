import { type ErrorCode, type Failure, LlamactlError } from '@llamactl/contract';

const failures: Partial<Record<ErrorCode, Failure>> = {
  BACKEND_NOT_FOUND: 'backend_not_found',
  UNKNOWN_BACKEND: 'backend_not_found',
  MODEL_NOT_FOUND: 'model_missing',
  MODEL_PATH_FORBIDDEN: 'model_missing',
  PORT_IN_USE: 'port_in_use',
  UNKNOWN_OPTION: 'bad_option',
  INVALID_OPTION: 'bad_option',
  OPTION_MANAGED: 'bad_option',
  OPTION_FORBIDDEN: 'bad_option',
  ENV_FORBIDDEN: 'bad_option',
  COMMAND_FORBIDDEN: 'bad_option',
};

/**
 * The failure that an instance has when its start was refused with this error; null when the refusal says
 * nothing about the instance (no free process left, say), so that its state stays.
 */
export function failureOf(error: unknown): Failure | null {
  return LlamactlError.is(error) ? (failures[error.code] ?? null) : null;
}
