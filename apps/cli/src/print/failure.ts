import {
  ApiError,
  ConnectionError,
  InstanceFailedError,
  type LlamactlClientError,
} from '@llamactl/client';
import { printable } from './printable.js';

/** What went wrong and what to do, for people. */
export function failure(error: LlamactlClientError): string {
  const [message = '', ...log] = error.message.split('\n');
  const lines = [
    `error: ${message}`,
    ...log,
    ...(InstanceFailedError.is(error) ? [] : [`  ${error.details}`]),
    ...hints(error).map((hint) => `  ${hint}`),
  ];
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => `${printable(line)}\n`)
    .join('');
}

function hints(error: LlamactlClientError): string[] {
  if (InstanceFailedError.is(error)) {
    return [`See all of its log: llamactl logs ${error.instance.name}`];
  }
  if (ConnectionError.is(error)) {
    return ['Is it at another address? Name it with --server URL or LLAMACTL_URL.'];
  }
  return ApiError.is(error) ? apiHints(error) : [];
}

function apiHints(error: ApiError): string[] {
  const issues = (error.issues ?? []).map(({ path, message }) =>
    path === '' ? message : `${path}: ${message}`,
  );
  const { suggestions = [], requestId, status } = error;
  if (suggestions.length > 0) issues.push(`Did you mean ${suggestions.join(', ')}?`);
  if (status === 401 && error.code !== 'INVALID_CREDENTIALS') {
    issues.push('Log in: llamactl login USER, or put an API key into LLAMACTL_API_KEY.');
  }
  // Only then is there something to look up in the log of the server.
  if (status >= 500 && requestId !== null) issues.push(`Request id: ${requestId}`);
  return issues;
}
