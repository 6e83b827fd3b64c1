import type { Command } from '../command.js';
import { json } from '../print/json.js';
import { passwordFlag } from '../secrets/password-flag.js';
import { readPasswords } from '../secrets/read-passwords.js';

export const login: Command = {
  name: 'login',
  summary: 'Log in at the server, for the commands that follow',
  operands: [{ value: 'USER', question: 'As whom? Give the name of a user' }],
  isAboutLogin: true,
  flags: passwordFlag,
  notes: `The login is kept in your folder for settings, for this server, where only you can read it. It is renewed while
it is used; \`llamactl logout\` ends it.`,
  async run(context) {
    const { client, io, name, login: kept } = context;
    const [password = ''] = await readPasswords(context, login, [
      { text: `Password of ${name} at ${kept.server}: ` },
    ]);
    const { expires_at } = await client.login(name, password);
    io.out(context.json ? json({ expires_at }) : `Logged in as ${name} at ${kept.server}.\n`);
    if (kept.hiddenBy !== null) {
      io.err(`${kept.hiddenBy} is set, and goes before the login: unset it.\n`);
    }
    return 0;
  },
};
