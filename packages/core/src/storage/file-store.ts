import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { InstanceDefinition } from '@llamactl/contract';
import {
  removeFileDurably,
  removeFiles,
  syncDir,
  temporarySuffix,
  writeFileAtomic,
} from './atomic-write.js';
import {
  type DefinitionFile,
  definitionFileName,
  formatDefinition,
  instanceOfFile,
  isDefinitionFileName,
  parseDefinition,
} from './definition-file.js';
import type { InstanceStore } from './instance-store.js';
import { moveAside } from './move-aside.js';
import { writtenByNewer } from './newer-version.js';
import { toStorageError } from './storage-error.js';

/** A file that could not be used, and was moved aside. */
export interface StorageProblem {
  /** Name of the instance, by the name of the file; in lower case. */
  readonly instance: string;
  /** Where it is now. */
  readonly file: string;
  readonly reason: string;
}

/** Settings of {@link createFileStore}. */
export interface FileStoreOptions {
  /** Told by `load` of each definition that cannot be read. It is left out, and its file moved aside. */
  readonly onUnreadable?: (name: string, error: unknown) => void;
}

/** An {@link InstanceStore} of one JSON file per instance. */
export interface FileStore extends InstanceStore {
  /** What the last `load` found broken and moved aside. */
  problems(): readonly StorageProblem[];
}

/**
 * Keeps each definition in a file of its own in `dir`, which is made if need be (0700; files 0600).
 * Every change is on disk when its promise resolves, and leaves the old file when it rejects. `load`
 * moves broken files aside (`NAME.corrupt-TIME`) and returns the others; when it finds a file of a newer
 * release it rejects and changes nothing.
 *
 * One process at a time may use a folder; see `lockDataDir`.
 *
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR, from each method
 */
export function createFileStore(dir: string, { onUnreadable }: FileStoreOptions = {}): FileStore {
  let problems: readonly StorageProblem[] = [];
  return {
    async load() {
      try {
        await makeDir(dir);
        const found = await readAll(dir);
        refuseNewer(dir, found);
        await removeFiles(dir, (fileName) => fileName.endsWith(temporarySuffix));
        problems = await quarantine(dir, found);
        for (const { instance, reason } of problems) onUnreadable?.(instance, new Error(reason));
        return goodOnes(found);
      } catch (error) {
        throw toStorageError(error, `load the instances in ${dir}`);
      }
    },
    async put(definition) {
      await makeDir(dir).catch((error: unknown) => {
        throw toStorageError(error, 'make the folder of the instances');
      });
      await writeFileAtomic(
        join(dir, definitionFileName(definition.name)),
        formatDefinition(definition),
      );
    },
    async delete(name) {
      await removeFileDurably(join(dir, definitionFileName(name)));
    },
    async close() {},
    unreadable: () => problems.map(({ instance }) => instance),
    problems: () => problems,
  };
}

async function makeDir(dir: string): Promise<void> {
  const made = await mkdir(dir, { recursive: true, mode: 0o700 });
  if (made !== undefined) await syncDir(dirname(made));
}

type Found = ReadonlyMap<string, DefinitionFile>;

async function readAll(dir: string): Promise<Found> {
  const found = new Map<string, DefinitionFile>();
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (!entry.isFile() || !isDefinitionFileName(entry.name)) continue;
    found.set(
      entry.name,
      parseDefinition(entry.name, await readFile(join(dir, entry.name), 'utf8')),
    );
  }
  return found;
}

function refuseNewer(dir: string, found: Found): void {
  for (const [fileName, file] of found) {
    if (file.kind === 'newer') throw writtenByNewer(join(dir, fileName), file.version);
  }
}

async function quarantine(dir: string, found: Found): Promise<StorageProblem[]> {
  const problems: StorageProblem[] = [];
  const now = new Date();
  for (const [fileName, file] of found) {
    if (file.kind !== 'corrupt') continue;
    const aside = await moveAside(join(dir, fileName), now);
    problems.push({
      instance: instanceOfFile(fileName),
      file: aside,
      reason: `${fileName} could not be used: ${file.reason}`,
    });
  }
  if (problems.length > 0) await syncDir(dir);
  return problems;
}

function goodOnes(found: Found): InstanceDefinition[] {
  return [...found.values()].flatMap((file) => (file.kind === 'good' ? [file.definition] : []));
}
