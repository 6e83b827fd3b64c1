import type { Command } from '../command.js';
import { userOperand } from './user-role.js';

export const usersRm: Command = {
  name: 'users rm',
  summary: 'Remove a user, with all logins and API keys',
  operands: [userOperand],
  flags: {},
  async run({ client, io, json, name }) {
    await client.deleteUser(name);
    if (!json) io.out(`Removed ${name}.\n`);
    return 0;
  },
};
