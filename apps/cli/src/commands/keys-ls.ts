import type { Command } from '../command.js';
import { apiKeyList } from '../print/api-key-list.js';
import { json } from '../print/json.js';

export const keysLs: Command = {
  name: 'keys ls',
  summary: 'List API keys: your own; admins see all',
  operands: [],
  flags: {},
  async run({ client, io, json: asJson }) {
    const keys = await client.listApiKeys();
    io.out(asJson ? json(keys) : apiKeyList(keys));
    return 0;
  },
};
