import { type Command, instanceOperand } from '../command.js';
import { instanceDetails } from '../print/instance-details.js';
import { json } from '../print/json.js';

export const show: Command = {
  name: 'show',
  summary: 'Show everything about an instance',
  operands: [instanceOperand],
  flags: {},
  async run(context) {
    const { client, io, name } = context;
    const instance = await client.getInstance(name);
    io.out(context.json ? json(instance) : instanceDetails(instance, io.colour));
    return 0;
  },
};
