import type { Command } from '../command.js';
import { json } from '../print/json.js';
import { table } from '../print/table.js';

export const usersLs: Command = {
  name: 'users ls',
  summary: 'List the users',
  operands: [],
  flags: {},
  async run({ client, io, json: asJson }) {
    const users = await client.listUsers();
    const rows = users.map(({ username, role, created_at }) => [username, role, created_at]);
    io.out(asJson ? json(users) : table([['USER', 'ROLE', 'CREATED'], ...rows]));
    return 0;
  },
};
