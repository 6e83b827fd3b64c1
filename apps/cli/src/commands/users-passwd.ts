import type { Command } from '../command.js';
import { passwordFlag } from '../secrets/password-flag.js';
import { readPasswords } from '../secrets/read-passwords.js';
import { userOperand } from './user-role.js';

export const usersPasswd: Command = {
  name: 'users passwd',
  summary: 'Set a password: your own or, for admins, anybody’s',
  operands: [userOperand],
  flags: passwordFlag,
  notes: `All logins of that user end. For your own, the password until now is asked for first; with --password-stdin it is
the first line, and the new one the second.`,
  async run(context) {
    const { client, io, name } = context;
    const { username } = await client.getIdentity();
    const isOwn = username?.toLowerCase() === name.toLowerCase();
    const until = { text: `Password of ${name} until now: ` };
    const after = { text: `New password for ${name}: `, isNew: true } as const;
    const given = await readPasswords(context, usersPasswd, isOwn ? [until, after] : [after]);
    const password = given.pop() ?? '';
    const [current] = given;
    const input = { password, ...(current !== undefined && { current_password: current }) };
    await client.changePassword(name, input);
    if (!context.json) {
      const next = isOwn ? ' Log in again: llamactl login' : '';
      io.out(`Changed the password of ${name}.${next && `${next} ${name}`}\n`);
    }
    return 0;
  },
};
