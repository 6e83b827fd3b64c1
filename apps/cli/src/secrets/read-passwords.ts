import { UsageError } from '../arguments/usage-error.js';
import { CliError } from '../cli-error.js';
import type { Command, CommandContext } from '../command.js';

/** A password that a command needs. */
export interface Prompt {
  readonly text: string;
  /** Whether it is a new one, which is asked for twice. */
  readonly isNew?: true;
}

/** Asks for passwords at the terminal, or reads them from standard input, one per line. @throws UsageError, CliError */
export async function readPasswords(
  { io, flags }: CommandContext,
  command: Command,
  prompts: readonly Prompt[],
): Promise<string[]> {
  if (flags.has('password-stdin')) return linesOf(await io.stdin(), prompts.length);
  if (io.askSecrets === null) {
    throw new UsageError('There is no terminal to ask at; give --password-stdin.', command);
  }
  const questions = prompts.flatMap(({ text, isNew }) => (isNew ? [text, 'Once more: '] : [text]));
  const typed = await io.askSecrets(questions);
  const passwords: string[] = [];
  for (const { isNew } of prompts) {
    const password = typed.shift() ?? '';
    if (isNew && typed.shift() !== password) throw new CliError('The two are not the same.');
    passwords.push(password);
  }
  return passwords;
}

function linesOf(text: string, count: number): string[] {
  const lines = text.split(/\r?\n/);
  const passwords = lines.slice(0, count);
  if (passwords.length === count && passwords.every((line) => line !== '')) return passwords;
  const expected =
    count === 1 ? 'a line with the password' : `${count} lines: the old, the new one`;
  throw new CliError(`Standard input has to have ${expected}.`);
}
