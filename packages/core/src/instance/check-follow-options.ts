import { logLevelSchema } from '@llamactl/contract';
import * as z from 'zod';
import type { FollowOptions } from '../llamactl.js';
import { parseInput } from './parse-input.js';

const schema = z.object({
  lines: z.int().min(0).max(10_000).optional(),
  level: logLevelSchema.optional(),
  after: z.object({ epoch: z.string(), seq: z.int().min(0) }).optional(),
});

/** @throws LlamactlError VALIDATION_FAILED */
export function checkFollowOptions(options: FollowOptions): void {
  parseInput(schema, options, 'follow');
}
