import * as z from 'zod/mini';
import { configFileSchema, configOverrideSchema, configSchema } from '../config.js';
import type { Operation } from '../operation.js';
import { message } from './message.js';

/** The configuration of the server. */
export const configOperations = {
  getConfig: {
    method: 'GET',
    path: '/api/config',
    summary: 'The configuration as it is set, defaults filled in and secrets masked.',
    access: 'admin',
    status: 200,
    response: configSchema,
    errors: [],
  },
  updateConfig: {
    method: 'PUT',
    path: '/api/config',
    summary:
      'Change the configuration file: what is sent goes over what is there. It counts from the next start on.',
    access: 'admin',
    rate: 'intensive',
    body: configFileSchema,
    status: 200,
    response: z.object({
      message: message('Configuration updated successfully'),
      config: configSchema,
      changed: z.array(z.string()).check(
        z.meta({
          description: 'Paths whose value in the file is another now, as in logs.max_files.',
          examples: [['rate_limit.regular', 'logs.max_files']],
        }),
      ),
      overridden: z.array(configOverrideSchema).check(
        z.meta({
          description:
            'What was sent without effect, as something that goes over the file says otherwise.',
          examples: [[]],
        }),
      ),
      restart_required: z.boolean().check(
        z.meta({
          description: 'Whether the server runs with other settings until it is restarted.',
        }),
      ),
    }),
    errors: ['CONFIG_FILE_ONLY', 'CONFIG_NOT_KEPT'],
  },
} as const satisfies Record<string, Operation>;
