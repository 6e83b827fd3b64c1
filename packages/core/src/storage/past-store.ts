import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureSchema, lastExitSchema } from '@llamactl/contract';
import * as z from 'zod/mini';
import {
  removeFileDurably,
  removeFiles,
  temporarySuffix,
  writeFileAtomic,
} from './atomic-write.js';
import { newerVersion, writtenByNewer } from './newer-version.js';
import { toStorageError } from './storage-error.js';

const instancePastSchema = z.object({
  version: z.literal(1),
  instance: z.string(),
  /** Number of the last run that is over; 0 before the first. */
  generation: z.int().check(z.minimum(0)),
  failure: z.nullable(failureSchema),
  last_exit: z.nullable(lastExitSchema),
  restarts: z.int().check(z.minimum(0)),
  /** Failures since it last ran stably. */
  crashes: z.int().check(z.minimum(0)),
  next_restart_at: z.nullable(z.iso.datetime()),
  /** Whether it was stopped on purpose, so that requests do not start it. */
  held: z._default(z.boolean(), false),
  /** Of the boot that this was written in. */
  boot_id: z.string(),
});

/** How the last run of an instance ended, and what is to follow from it. */
export type InstancePast = z.infer<typeof instancePastSchema>;

/** Keeps an {@link InstancePast} for each instance that has one, by name without regard to case. */
export interface PastStore {
  load(): Promise<ReadonlyMap<string, InstancePast>>;
  put(past: InstancePast): Promise<void>;
  delete(instance: string): Promise<void>;
}

// The prefix keeps names that Windows reserves, such as `con`, from being file names.
const prefix = 'instance-';
const suffix = '.json';

/**
 * Keeps each in a file of its own in `dir` (0700; files 0600). A file that cannot be read counts as none:
 * it says nothing that the instance could not do without. When `load` finds one of a newer release it rejects and
 * changes nothing.
 *
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR, from each method
 */
export function createPastStore(dir: string): PastStore {
  const fileOf = (instance: string) => join(dir, `${prefix}${instance.toLowerCase()}${suffix}`);
  return {
    async load() {
      try {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        const names = await readdir(dir);
        const found = await Promise.all(
          names
            .filter((name) => name.startsWith(prefix) && name.endsWith(suffix))
            .map((name) => readPast(join(dir, name))),
        );
        await removeFiles(dir, (name) => name.endsWith(temporarySuffix));
        const pasts = found.filter((past) => past !== null);
        return new Map(pasts.map((past) => [past.instance.toLowerCase(), past]));
      } catch (error) {
        throw toStorageError(error, 'read how instances ended');
      }
    },
    put: (past) => writeFileAtomic(fileOf(past.instance), `${JSON.stringify(past, null, 2)}\n`),
    delete: (instance) => removeFileDurably(fileOf(instance)),
  };
}

/** Keeps nothing: for a Llamactl whose instances do not outlive it. */
export const forgetfulPastStore: PastStore = {
  load: async () => new Map(),
  put: async () => {},
  delete: async () => {},
};

async function readPast(file: string): Promise<InstancePast | null> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
  const newer = newerVersion(content, 1);
  if (newer !== null) throw writtenByNewer(file, newer);
  return instancePastSchema.safeParse(content).data ?? null;
}
