import { type InstanceDefinition, instanceDefinitionSchema } from '@llamactl/contract';
import type { InstanceStore } from '@llamactl/core';
import type { Row } from './database.js';
import { createDatabaseFile, type DatabaseFile } from './database-file.js';

/** Settings of {@link createSqliteStore}. */
export interface SqliteStoreOptions {
  /** The database file; made if need be, for its owner alone (0600). */
  readonly file: string;
  /** Told of a definition that cannot be read. It is left out, and kept in `quarantined_instances`. */
  readonly onUnreadable?: UnreadableListener;
}

type UnreadableListener = (name: string, error: unknown) => void;

/**
 * Keeps definitions in a SQLite file. It is opened by the first call, so that whoever holds the lock of
 * the data folder decides when. A promise that resolves means: it is on the disk.
 *
 * Every call may fail with STORAGE_FULL or STORAGE_ERROR, and the old value stays then.
 */
export function createSqliteStore({ file, onUnreadable }: SqliteStoreOptions): InstanceStore {
  const database = createDatabaseFile(file);
  return { ...createInstanceTable(database, onUnreadable), close: async () => database.close() };
}

/** As {@link createSqliteStore}, in a database that is also for other things; closing it is left to them. */
export function createInstanceTable(
  file: DatabaseFile,
  onUnreadable: UnreadableListener = () => {},
): InstanceStore {
  let statements: ReturnType<typeof prepareStatements> | undefined;
  const use = () => {
    statements ??= prepareStatements(file);
    return statements;
  };
  let unreadable: readonly string[] = [];
  return {
    async load() {
      const { definitions, broken } = readDefinitions(use().all.all());
      if (broken.length > 0) file.open().transaction(() => broken.forEach(use().moveAside));
      unreadable = broken.map(({ name }) => name);
      for (const { name, error } of broken) onUnreadable(name, error);
      return definitions;
    },
    unreadable: () => unreadable,
    async put(definition) {
      use().put.run(definition.name, JSON.stringify(definition));
    },
    async delete(name) {
      use().delete.run(name);
    },
    async close() {},
  };
}

function prepareStatements(file: DatabaseFile) {
  const database = file.open();
  const quarantine = database.prepare('INSERT INTO quarantined_instances VALUES (?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM instances WHERE name = ?');
  return {
    all: database.prepare('SELECT name, definition FROM instances ORDER BY name'),
    put: database.prepare(
      'INSERT INTO instances VALUES (?, ?) ON CONFLICT DO UPDATE SET definition = excluded.definition',
    ),
    delete: remove,
    /** So that one that is created anew under that name does not overwrite it. */
    moveAside({ name, text, error }: BrokenRow) {
      quarantine.run(name, text, String(error), new Date().toISOString());
      remove.run(name);
    },
  };
}

/** A definition that cannot be read. */
interface BrokenRow {
  readonly name: string;
  readonly text: string;
  readonly error: unknown;
}

function readDefinitions(rows: readonly Row[]) {
  const definitions: InstanceDefinition[] = [];
  const broken: BrokenRow[] = [];
  for (const row of rows) {
    const [name, text] = [String(row.name), String(row.definition)];
    try {
      definitions.push(instanceDefinitionSchema.parse(JSON.parse(text)));
    } catch (error) {
      broken.push({ name, text, error });
    }
  }
  return { definitions, broken };
}
