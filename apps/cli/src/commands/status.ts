import type { Command } from '../command.js';
import { json } from '../print/json.js';
import { systemStatus } from '../print/system-status.js';

export const status: Command = {
  name: 'status',
  summary: 'Show state and figures of the server and its machine',
  operands: [],
  flags: {},
  async run(context) {
    const found = await context.client.getSystemStatus();
    context.io.out(context.json ? json(found) : systemStatus(found));
    return 0;
  },
};
