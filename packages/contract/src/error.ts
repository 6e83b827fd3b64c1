import * as z from 'zod/mini';
import type { ErrorCode } from './error-code.js';

/** One thing that is wrong with a request: where, and what to do. */
export const issueSchema = z.object({
  path: z.string().check(
    z.meta({
      description: 'Where, as in `options.threads`; empty for the whole.',
      examples: ['port'],
    }),
  ),
  message: z.string().check(
    z.meta({
      description: 'What is wrong there, for the end of a sentence.',
      examples: ['must be a whole number from 1 to 65535'],
    }),
  ),
});
export type Issue = z.infer<typeof issueSchema>;

/** The body of every error answer under /api. */
export const errorBodySchema = z.object({
  error: z.string().check(z.meta({ description: 'What went wrong, in a sentence.' })),
  code: z
    .string()
    .check(z.meta({ description: 'Stable code out of the catalogue, for programs.' })),
  details: z.string().check(z.meta({ description: 'What to do about it; may be empty.' })),
  issues: z.optional(z.array(issueSchema)).check(
    z.meta({
      description: 'What is wrong with which field; only when fields are wrong.',
    }),
  ),
  suggestions: z.optional(z.array(z.string())).check(
    z.meta({
      description: 'Nearest names that would have been right; only when a name is wrong.',
    }),
  ),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** The parts of a {@link LlamactlError} beside its code and message. */
export interface LlamactlErrorOptions {
  /** What to do about it, in a sentence. */
  readonly details?: string;
  readonly issues?: readonly Issue[];
  /** Nearest names that would have been right. */
  readonly suggestions?: readonly string[];
  /** Seconds after which it may work; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for('llamactl.error') as never;

/**
 * The one error that Llamactl throws on purpose. Tell it by {@link LlamactlError.is}, not by
 * `instanceof`: two copies of the package in one app have two classes, but one brand.
 */
export class LlamactlError extends Error {
  override readonly name = 'LlamactlError';
  readonly code: ErrorCode;
  readonly details: string;
  readonly issues: readonly Issue[] | undefined;
  readonly suggestions: readonly string[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: LlamactlErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? '';
    this.issues = options.issues;
    this.suggestions = options.suggestions;
    this.retryAfterSeconds = options.retryAfterSeconds;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether something thrown is a Llamactl error, and, if `code` is given, one of that code. */
  static is(error: unknown, code?: ErrorCode): error is LlamactlError {
    if (typeof error !== 'object' || error === null) return false;
    const candidate = error as Partial<Record<typeof brand, unknown>> & { code?: unknown };
    return candidate[brand] === true && (code === undefined || candidate.code === code);
  }

  /** The body that the REST API answers with. */
  toJSON(): ErrorBody {
    return {
      error: this.message,
      code: this.code,
      details: this.details,
      ...(this.issues && { issues: [...this.issues] }),
      ...(this.suggestions && { suggestions: [...this.suggestions] }),
    };
  }
}
