import type { Command } from '../command.js';

export const logout: Command = {
  name: 'logout',
  summary: 'End the login at the server',
  operands: [],
  isAboutLogin: true,
  flags: {
    everywhere: { type: 'boolean', summary: 'End all logins of the user, not only this one' },
  },
  async run({ client, io, json, flags, login }) {
    if (!login.isKept) {
      if (!json) io.out(`Not logged in at ${login.server}.\n`);
      return 0;
    }
    try {
      await client.logout(flags.has('everywhere') ? { everywhere: true } : undefined);
    } catch (error) {
      io.err('The login is forgotten here, but the server has not ended it.\n');
      throw error;
    }
    if (!json) io.out(`Logged out at ${login.server}.\n`);
    return 0;
  },
};
