import type { LlamactlClient } from '@llamactl/client';
import type { Flags } from './arguments/flags.js';
import type { Io } from './io.js';

/** A flag, by its long name; help is made of it. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  /** One letter. */
  readonly short?: string;
  /** Whether it may be given more than once. */
  readonly multiple?: boolean;
  /** What help calls the value, as in `S`. */
  readonly value?: string;
  readonly summary: string;
}

/** What a command works with. */
export interface CommandContext {
  readonly client: LlamactlClient;
  readonly io: Io;
  readonly flags: Flags;
  /** Whether to print the data as JSON instead of text for people. */
  readonly json: boolean;
  /** The name of the instance; empty for a command that takes none, and with `all`. */
  readonly name: string;
}

/** One command of the command line. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Whether it takes the name of an instance; `unless_all` does where the flag `all` is not given. */
  readonly takesName: boolean | 'unless_all';
  readonly flags: Readonly<Record<string, Flag>>;
  /** Further help, below the flags. */
  readonly notes?: string;
  /** Does it and gives the exit code. */
  readonly run: (context: CommandContext) => Promise<number>;
}
