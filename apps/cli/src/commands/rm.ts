import { type Command, instanceOperand } from '../command.js';

export const rm: Command = {
  name: 'rm',
  summary: 'Forget a stopped instance, with its logs',
  operands: [instanceOperand],
  flags: {},
  async run({ client, io, json, name }) {
    await client.deleteInstance(name);
    if (!json) io.out(`Deleted ${name}.\n`);
    return 0;
  },
};
