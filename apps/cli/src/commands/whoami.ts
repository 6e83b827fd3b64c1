import type { Command } from '../command.js';
import { identityText } from '../print/identity-text.js';
import { json } from '../print/json.js';

export const whoami: Command = {
  name: 'whoami',
  summary: 'Show who the server takes you for, and what you may do',
  operands: [],
  flags: {},
  async run({ client, io, json: asJson }) {
    const identity = await client.getIdentity();
    io.out(asJson ? json(identity) : identityText(identity));
    return 0;
  },
};
