import type { ConfigInput } from '@llamactl/client';
import { settingsOf } from '../arguments/settings.js';
import type { Command } from '../command.js';
import { configUpdateText } from '../print/config-update-text.js';
import { json } from '../print/json.js';

export const configSet: Command = {
  name: 'config set',
  summary: 'Change settings in the configuration file of the server',
  operands: [{ value: 'KEY=VALUE', question: 'Which setting? Give KEY=VALUE', isMany: true }],
  flags: {},
  notes: `KEY is a path, VALUE is JSON, or text as it is:
  llamactl config set rate_limit.regular=200 'alerts.disk_percent=90'
What changes counts from the next start of the server on. What decides over code or access changes in the file alone.`,
  async run(context) {
    const { client, io, words } = context;
    // The server checks it: it may know more settings than this version does.
    const update = await client.updateConfig(settingsOf(words, configSet) as ConfigInput);
    io.out(context.json ? json(update) : configUpdateText(update));
    return 0;
  },
};
