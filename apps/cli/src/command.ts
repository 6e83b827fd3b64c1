import type { LlamactlClient } from '@llamactl/client';
import type { Flags } from './arguments/flags.js';
import type { Io } from './io.js';
import type { KeptLogin } from './sessions/kept-login.js';

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

/** A word that a command takes behind its name. */
export interface Operand {
  /** What help calls it, as in `NAME`. */
  readonly value: string;
  /** Asked when it is missing, without an end, as in `Which instance? Give its name`. */
  readonly question: string;
  /** Whether it may be left out. Only of the last one. */
  readonly isOptional?: true;
  /** Whether there may be more of it. Only of the last one. */
  readonly isMany?: true;
}

/** What most commands take. */
export const instanceOperand: Operand = {
  value: 'NAME',
  question: 'Which instance? Give its name',
};

/** What a command works with. */
export interface CommandContext {
  readonly client: LlamactlClient;
  readonly io: Io;
  readonly flags: Flags;
  /** Whether to print the data as JSON instead of text for people. */
  readonly json: boolean;
  /** What was given for the operands. */
  readonly words: readonly string[];
  /** The first of them, as a rule the name of the instance; empty for a command that takes none, and with `all`. */
  readonly name: string;
  /** The login that is kept for the server. */
  readonly login: KeptLogin;
}

/** One command of the command line. */
export interface Command {
  /** One word, or a group and a word, as in `users add`. */
  readonly name: string;
  readonly summary: string;
  /** What it takes; nothing of it with the flag `all`, if it has that. */
  readonly operands: readonly Operand[];
  /** Whether it is about the kept login, so that a credential in the environment has no part in it. */
  readonly isAboutLogin?: true;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Further help, below the flags. */
  readonly notes?: string;
  /** Does it and gives the exit code. */
  readonly run: (context: CommandContext) => Promise<number>;
}
