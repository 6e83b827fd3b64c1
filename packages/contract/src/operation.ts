import type * as z from 'zod/mini';
import type { Access } from './access.js';
import type { ErrorCode } from './error-code.js';

/** One row of the table: everything that a server, a client and a document need to know of an operation. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  /** Who may call it while authentication is on. */
  readonly access: Access;
  /** Whether it makes sense only while authentication is on; else the answer is AUTH_DISABLED. */
  readonly needsAuth?: true;
  /** Which rate limit counts it. Default: `regular`. */
  readonly rate?: 'intensive' | 'uncounted';
  readonly params?: z.ZodMiniObject;
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniObject;
  /** Whether a request without a body is right. Only with `body`. */
  readonly bodyOptional?: boolean;
  /** Status of success. */
  readonly status: 200 | 201;
  readonly response: z.ZodMiniType;
  /** What comes one by one, in place of `response`, while an answer is followed. */
  readonly stream?: z.ZodMiniObject;
  /** Codes that this operation can answer with, beside those of every operation. */
  readonly errors: readonly ErrorCode[];
}
