import type { Role } from '@llamactl/client';
import { didYouMean } from '../arguments/did-you-mean.js';
import { UsageError } from '../arguments/usage-error.js';
import type { Command, Operand } from '../command.js';

const meanings: Readonly<Record<Role, string>> = {
  viewer: 'looks',
  operator: 'also defines, starts, stops and uses instances',
  admin: 'also manages users, keys and the configuration',
};
const roles = Object.keys(meanings) as Role[];

/** What each role may do, for help. */
export const roleNotes = `${roles.map((role) => `${role}: ${meanings[role]}`).join('; ')}.`;

/** The name of a user. */
export const userOperand: Operand = { value: 'USER', question: 'Which user? Give the name' };

/** What a user may be. */
export const roleOperand: Operand = {
  value: 'ROLE',
  question: `Which role? Give ${roles.join(', ')}`,
};

/** The role that a word names. @throws UsageError */
export function roleOf(word: string | undefined, command: Command): Role {
  const role = roles.find((candidate) => candidate === word);
  if (role !== undefined) return role;
  const hint = didYouMean(word ?? '', roles);
  throw new UsageError(`"${word}" is not one of the roles ${roles.join(', ')}.${hint}`, command);
}
