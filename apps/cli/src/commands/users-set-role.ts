import type { Command } from '../command.js';
import { json } from '../print/json.js';
import { roleNotes, roleOf, roleOperand, userOperand } from './user-role.js';

export const usersSetRole: Command = {
  name: 'users set-role',
  summary: 'Change the role of a user, whose logins end',
  operands: [userOperand, roleOperand],
  flags: {},
  notes: `Roles: ${roleNotes}`,
  async run(context) {
    const { client, io, name, words } = context;
    const user = await client.updateUser(name, { role: roleOf(words[1], usersSetRole) });
    io.out(context.json ? json(user) : `${user.username} is ${user.role} now.\n`);
    return 0;
  },
};
