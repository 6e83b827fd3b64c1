import * as z from 'zod/mini';
import type { Operation } from '../operation.js';
import { gatewayRequestSchema } from '../request.js';
import { message } from './message.js';

/** What the gateway is at. */
export const requestOperations = {
  listRequests: {
    method: 'GET',
    path: '/api/requests',
    summary: 'The requests to the gateway that are under way, oldest first.',
    access: 'read',
    status: 200,
    response: z.object({
      requests: z.array(gatewayRequestSchema).check(z.meta({ description: 'Oldest first.' })),
    }),
    errors: [],
  },
  cancelRequest: {
    method: 'DELETE',
    path: '/api/requests/{id}',
    summary: 'Cancel a request to the gateway; the instance stops working on it.',
    access: 'operate',
    params: z.strictObject({
      id: z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(128),
          z.meta({ description: 'Id of the request.', examples: ['4f1c2a'] }),
        ),
    }),
    status: 200,
    response: z.object({ message: message('Request cancelled') }),
    errors: ['REQUEST_NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>;
