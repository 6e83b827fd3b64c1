import { type Fields, isFields } from '../aggregate/joined.js';

/** An error as llama-server tells it. */
export interface BackendError extends Fields {
  readonly message: string;
  readonly type: string;
  /** An HTTP status. */
  readonly code: number;
}

/**
 * The error that a body or the data of an event tells of as llama-server does it; null for anything else. In events of
 * Anthropic's messages there is nothing around it.
 */
export function backendErrorIn(json: unknown): BackendError | null {
  if (!isFields(json)) return null;
  return [json, json.error].find(isBackendError) ?? null;
}

function isBackendError(value: unknown): value is BackendError {
  if (!isFields(value)) return false;
  const { message, type, code } = value;
  return typeof message === 'string' && typeof type === 'string' && Number.isInteger(code);
}
