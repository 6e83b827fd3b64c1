import { type InstanceDefinition, instanceDefinitionSchema } from '@llamactl/contract';
import type { InstanceStore } from '@llamactl/core';
import type { Statement } from './database.js';
import { createDatabaseFile, type DatabaseFile } from './database-file.js';

/** Settings of {@link createSqliteStore}. */
export interface SqliteStoreOptions {
  /** The database file; made if need be, for its owner alone (0600). */
  readonly file: string;
  /** Told of a definition that cannot be read. It is left out, and kept in the file. */
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
  return {
    load: async () => readDefinitions(use().all, onUnreadable),
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
  return {
    all: database.prepare('SELECT name, definition FROM instances ORDER BY name'),
    put: database.prepare(
      'INSERT INTO instances VALUES (?, ?) ON CONFLICT DO UPDATE SET definition = excluded.definition',
    ),
    delete: database.prepare('DELETE FROM instances WHERE name = ?'),
  };
}

function readDefinitions(all: Statement, onUnreadable: UnreadableListener): InstanceDefinition[] {
  return all.all().flatMap(({ name, definition }) => {
    try {
      return [instanceDefinitionSchema.parse(JSON.parse(String(definition)))];
    } catch (error) {
      onUnreadable(String(name), error);
      return [];
    }
  });
}
