import * as z from 'zod/mini';
import { serverHealthSchema } from '../health.js';
import type { Operation } from '../operation.js';
import { systemInfoSchema, systemStatusSchema } from '../system.js';

/** The server itself and its machine. */
export const systemOperations = {
  getHealth: {
    method: 'GET',
    path: '/health',
    summary: 'Whether the server answers.',
    access: 'public',
    rate: 'uncounted',
    status: 200,
    response: serverHealthSchema,
    errors: [],
  },
  getReady: {
    method: 'GET',
    path: '/ready',
    summary: 'Whether the server takes work; 503 while it starts or stops.',
    access: 'public',
    rate: 'uncounted',
    status: 200,
    response: z.object({
      status: z
        .literal('ready')
        .check(z.meta({ description: 'Always ready; else the answer is an error.' })),
    }),
    errors: ['SHUTTING_DOWN'],
  },
  getSystemStatus: {
    method: 'GET',
    path: '/api/system/status',
    summary: 'State and figures of the server and its machine.',
    access: 'read',
    status: 200,
    response: systemStatusSchema,
    errors: [],
  },
  getSystemInfo: {
    method: 'GET',
    path: '/api/system/info',
    summary: 'What machine and which build it is.',
    access: 'read',
    status: 200,
    response: systemInfoSchema,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
