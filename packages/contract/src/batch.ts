import * as z from 'zod/mini';
import { instanceNameSchema } from './primitives.js';

/** What became of one instance in a batch operation, at the moment of the answer. */
export const batchResultSchema = z.object({
  name: instanceNameSchema,
  result: z.enum(['started', 'queued', 'stopping', 'skipped', 'error']).check(
    z.meta({
      description:
        'started: its process is under way. queued: it follows when others have loaded. stopping: its stop has begun. skipped: there was nothing to do. error: see code.',
    }),
  ),
  code: z.optional(z.string()).check(
    z.meta({
      description: 'Error code; only with the result error.',
      examples: ['MODEL_NOT_FOUND'],
    }),
  ),
});
export type BatchResult = z.infer<typeof batchResultSchema>;

export const batchResultsSchema = z.array(batchResultSchema).check(
  z.meta({
    description: 'What became of each instance, at the moment of the answer.',
  }),
);
