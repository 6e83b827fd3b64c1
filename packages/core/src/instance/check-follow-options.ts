import { logLevelSchema } from '@llamactl/contract';
import * as z from 'zod/mini';
import type { FollowOptions } from '../llamactl.js';
import { parseInput } from './parse-input.js';

const schema = z.object({
  lines: z.optional(z.int().check(z.minimum(0), z.maximum(10_000))),
  level: z.optional(logLevelSchema),
  after: z.optional(z.object({ epoch: z.string(), seq: z.int().check(z.minimum(0)) })),
});

/** @throws LlamactlError VALIDATION_FAILED */
export function checkFollowOptions(options: FollowOptions): void {
  parseInput(schema, options, 'follow');
}
