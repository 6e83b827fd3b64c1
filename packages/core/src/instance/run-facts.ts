import { instanceDefinitionSchema } from '@llamactl/contract';
import * as z from 'zod/mini';
import type { RunRecord } from '../process/run-record.js';

const runFactsSchema = z.object({
  /** Rises with each run of the instance. */
  generation: z.int().check(z.minimum(1)),
  /** Address it listens on; not in records of old. */
  host: z.optional(z.string()),
  port: z.int().check(z.minimum(1), z.maximum(65_535)),
  /** See `ActiveRun.logSeq`. */
  log_seq: z.int().check(z.minimum(0)),
  /** See `ActiveRun.key`. A secret: the record is for the owner alone. */
  key: z.nullable(z.string()),
  /** Restarts and failures in a row before this run. */
  restarts: z.int().check(z.minimum(0)),
  crashes: z.int().check(z.minimum(0)),
  definition: instanceDefinitionSchema,
});

/** What a run's record keeps for the manager that takes the run over. */
export type RunFacts = z.infer<typeof runFactsSchema>;

/** The facts in a record; null when it has none that can be understood. */
export function readRunFacts({ facts }: RunRecord): RunFacts | null {
  return runFactsSchema.safeParse(facts).data ?? null;
}
