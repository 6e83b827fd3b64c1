import type { Command } from '../command.js';

export const keysRm: Command = {
  name: 'keys rm',
  summary: 'Revoke an API key; it is dead at once',
  operands: [{ value: 'ID', question: 'Which key? Give its id, which `llamactl keys ls` shows' }],
  flags: {},
  async run({ client, io, json, name }) {
    await client.deleteApiKey(name);
    if (!json) io.out(`Revoked ${name}.\n`);
    return 0;
  },
};
