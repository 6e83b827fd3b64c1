import type { Command } from '../command.js';
import { json } from '../print/json.js';
import { passwordFlag } from '../secrets/password-flag.js';
import { readPasswords } from '../secrets/read-passwords.js';
import { roleNotes, roleOf, roleOperand, userOperand } from './user-role.js';

export const usersAdd: Command = {
  name: 'users add',
  summary: 'Add a user, with a password that is asked for',
  operands: [userOperand, roleOperand],
  flags: passwordFlag,
  notes: `Roles: ${roleNotes}`,
  async run(context) {
    const { client, io, name: username, words } = context;
    const role = roleOf(words[1], usersAdd);
    const [password = ''] = await readPasswords(context, usersAdd, [
      { text: `Password for ${username}: `, isNew: true },
    ]);
    const user = await client.createUser({ username, password, role });
    io.out(context.json ? json(user) : `Added ${user.username} as ${user.role}.\n`);
    return 0;
  },
};
