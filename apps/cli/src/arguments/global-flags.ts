import type { Flag } from '../command.js';

/** Flags of every command. */
export const globalFlags = {
  server: {
    type: 'string',
    value: 'URL',
    summary: 'Address of the server. Default: LLAMACTL_URL, or http://localhost:8080',
  },
  json: { type: 'boolean', summary: 'Print the data as JSON' },
  help: { type: 'boolean', short: 'h', summary: 'Print help, also of a command' },
  version: { type: 'boolean', short: 'V', summary: 'Print the version' },
} as const satisfies Record<string, Flag>;
