import type { Command } from '../command.js';

/** The command line cannot be understood; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    message: string,
    /** The command that was meant, to show its usage. */
    readonly command: Command | null = null,
  ) {
    super(message);
  }
}
