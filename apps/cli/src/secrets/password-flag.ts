import type { Flag } from '../command.js';

/** The flag of commands that need a password, which is never an argument: others can see those. */
export const passwordFlag = {
  'password-stdin': {
    type: 'boolean',
    summary: 'Read the password from standard input instead of asking for it',
  },
} as const satisfies Record<string, Flag>;
