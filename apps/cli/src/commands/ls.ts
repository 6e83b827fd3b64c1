import type { Command } from '../command.js';
import { instanceList } from '../print/instance-list.js';
import { json } from '../print/json.js';

export const ls: Command = {
  name: 'ls',
  summary: 'List the instances',
  operands: [],
  flags: {},
  async run(context) {
    const { client, io } = context;
    const instances = await client.listInstances();
    io.out(context.json ? json(instances) : instanceList(instances, io.colour));
    return 0;
  },
};
