import * as z from 'zod/mini';

/** A name: 1 to 64 letters, digits, `.`, `_`, `-`, starting with a letter or digit. Never a path. */
export const instanceNameSchema = z.string().check(
  z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  z.meta({
    description:
      'Instance name: 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit. Unique without regard to case.',
    examples: ['llama2-7b'],
  }),
);

/** A TCP port that a program may be asked to listen on. */
export const portSchema = z.int().check(
  z.minimum(1),
  z.maximum(65_535),
  z.meta({
    description: 'TCP port.',
    examples: [8081],
  }),
);

/** A moment in UTC, ISO 8601, as in `2024-01-15T10:30:00.000Z`. */
export const timestampSchema = z.iso.datetime().check(
  z.meta({
    description: 'Moment in UTC, ISO 8601.',
    examples: ['2024-01-15T10:30:00Z'],
  }),
);

/** Text without NUL, the byte that no path, argument or environment variable can hold. */
export const textSchema = z.string().check(z.regex(/^[^\0]*$/));
