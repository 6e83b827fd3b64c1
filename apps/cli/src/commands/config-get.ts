import { CliError } from '../cli-error.js';
import type { Command } from '../command.js';
import { json } from '../print/json.js';
import { settingLines } from '../print/setting-lines.js';

export const configGet: Command = {
  name: 'config get',
  summary: 'Show the configuration of the server, or a part of it',
  operands: [{ value: 'KEY', question: 'Which part', isOptional: true }],
  flags: {},
  notes: 'KEY is a path, as in server or server.port. Secrets are masked.',
  async run(context) {
    const { client, io, name } = context;
    const found = partOf(await client.getConfig(), name);
    io.out(context.json ? json(found) : settingLines(found, name));
    return 0;
  },
};

/** @throws CliError when there is no such part */
function partOf(config: object, path: string): unknown {
  if (path === '') return config;
  let part: unknown = config;
  for (const key of path.split('.')) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, key)) {
      const keys = typeof part === 'object' && part !== null ? Object.keys(part) : [];
      throw new CliError(`There is no setting "${path}".`, `There are ${keys.join(', ')}.`);
    }
    part = (part as Readonly<Record<string, unknown>>)[key];
  }
  return part;
}
