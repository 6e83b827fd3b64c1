import type { Issue } from '@llamactl/contract';
import type * as z from 'zod/mini';
import { ProtocolError } from '../errors/protocol-error.js';
import { excerpt } from './excerpt.js';
import { at } from './fit.js';

/** The error for a text that should be JSON. `what` is a sentence without its end. */
export function notJson(what: string, text: string, status: number): ProtocolError {
  return new ProtocolError(`${what}${excerpt(text)}`, {
    details: 'Is the base URL that of a Llamactl server, and is a proxy in between?',
    status,
    issues: [],
  });
}

/** The error for data that is not of the documented shape. `what` is a sentence without its end. */
export function misfit(
  what: string,
  error: z.core.$ZodError,
  value: unknown,
  status: number,
): ProtocolError {
  const issues = error.issues.map(
    ({ path, message }): Issue => ({ path: path.join('.'), message }),
  );
  const [first] = issues;
  const isMissing = error.issues.some(({ path }) => at(value, path) === undefined);
  return new ProtocolError(`${what}: ${first?.path}: ${first?.message}`, {
    details: isMissing
      ? 'The server leaves it out: it seems to be older than this client.'
      : 'Client and server may be of versions that do not fit.',
    status,
    issues,
  });
}
