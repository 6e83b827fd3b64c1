/** Something that went wrong here, not at the server; the exit code is 1. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    /** What to do about it; empty when there is nothing to say. */
    readonly details = '',
  ) {
    super(message);
  }
}
