import * as z from 'zod/mini';
import { instanceNameSchema, timestampSchema } from './primitives.js';

/** A request to the gateway that is under way. */
export const gatewayRequestSchema = z.object({
  id: z.string().check(
    z.meta({
      description: 'Its id, as in the X-Request-Id header of its answer.',
      examples: ['5f0c6d1e-8a3b-4c9d-9e2f-1a2b3c4d5e6f'],
    }),
  ),
  instance: z
    .nullable(instanceNameSchema)
    .check(z.meta({ description: 'Instance that it goes to; null as long as that is not known.' })),
  method: z.string().check(z.meta({ description: 'HTTP method.', examples: ['POST'] })),
  path: z.string().check(
    z.meta({
      description: 'Path that was asked for, without query.',
      examples: ['/v1/chat/completions'],
    }),
  ),
  state: z.enum(['receiving', 'waiting', 'running', 'answering']).check(
    z.meta({
      description:
        'receiving: its body still comes in; waiting: for the instance to start or to have a free place; running: the instance works on it; answering: the answer has begun.',
    }),
  ),
  started_at: timestampSchema.check(z.meta({ description: 'When its head had come in.' })),
  first_token_ms: z.optional(z.nullable(z.number())).check(
    z.meta({
      description:
        'Time from its head to the first part of the answer of the instance, in milliseconds, the start of the instance included; null before that, and where that answer comes in one piece: most come in parts, also for clients that want one piece.',
      'x-unit': 'milliseconds',
      examples: [182.4],
    }),
  ),
});
export type GatewayRequest = z.infer<typeof gatewayRequestSchema>;
