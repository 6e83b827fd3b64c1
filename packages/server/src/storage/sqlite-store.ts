import { chmodSync, closeSync, openSync } from 'node:fs';
import { type InstanceDefinition, instanceDefinitionSchema } from '@llamactl/contract';
import type { InstanceStore } from '@llamactl/core';
import { type Database, openDatabase, type Statement } from './database.js';
import { toDatabaseError } from './database-error.js';
import { migrate } from './migrate.js';

/** Settings of {@link createSqliteStore}. */
export interface SqliteStoreOptions {
  /** The database file; made if need be, for its owner alone (0600). */
  readonly file: string;
  /** Told of a definition that cannot be read. It is left out, and kept in the file. */
  readonly onUnreadable?: (name: string, error: unknown) => void;
}

interface OpenStore {
  readonly database: Database;
  readonly all: Statement;
  readonly put: Statement;
  readonly delete: Statement;
}

/**
 * Keeps definitions in a SQLite file. It is opened by the first call, so that whoever holds the lock of
 * the data folder decides when. A promise that resolves means: it is on the disk.
 *
 * Every call may fail with STORAGE_FULL or STORAGE_ERROR, and the old value stays then.
 */
export function createSqliteStore(options: SqliteStoreOptions): InstanceStore {
  const { file } = options;
  let store: OpenStore | undefined;
  const use = async <Result>(action: (store: OpenStore) => Result): Promise<Result> => {
    try {
      store ??= openStore(file);
      return action(store);
    } catch (error) {
      throw toDatabaseError(error, file);
    }
  };
  return {
    load: () => use(({ all }) => readDefinitions(all, options)),
    put: (definition) => use(({ put }) => put.run(definition.name, JSON.stringify(definition))),
    delete: (name) => use((open) => open.delete.run(name)),
    async close() {
      store?.database.close();
    },
  };
}

function openStore(file: string): OpenStore {
  // SQLite would make it readable for others; its side files get the rights of this one.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = openDatabase(file);
  try {
    migrate(database, file);
    return {
      database,
      all: database.prepare('SELECT name, definition FROM instances ORDER BY name'),
      put: database.prepare(
        'INSERT INTO instances VALUES (?, ?) ON CONFLICT DO UPDATE SET definition = excluded.definition',
      ),
      delete: database.prepare('DELETE FROM instances WHERE name = ?'),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function readDefinitions(all: Statement, options: SqliteStoreOptions): InstanceDefinition[] {
  return all.all().flatMap(({ name, definition }) => {
    try {
      return [instanceDefinitionSchema.parse(JSON.parse(String(definition)))];
    } catch (error) {
      options.onUnreadable?.(String(name), error);
      return [];
    }
  });
}
