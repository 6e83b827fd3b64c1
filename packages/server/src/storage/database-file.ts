import { chmodSync, closeSync, openSync } from 'node:fs';
import { type Database, openDatabase } from './database.js';
import { toDatabaseError } from './database-error.js';
import { migrate } from './migrate.js';

/** The database of a data folder, for all that is kept in it. */
export interface DatabaseFile {
  /**
   * The database. The first call opens it, so that whoever holds the lock of the data folder decides when.
   *
   * @throws LlamactlError STORAGE_ERROR, STORAGE_FULL
   */
  open(): Database;
  /** Closes it for everybody; may be called again. */
  close(): void;
}

/** The database in a file: made if need be, for its owner alone (0600), and brought up to date. */
export function createDatabaseFile(file: string): DatabaseFile {
  return openLater(() => {
    try {
      // SQLite would make it readable for others; its side files get the rights of this one.
      closeSync(openSync(file, 'a', 0o600));
      chmodSync(file, 0o600);
    } catch (error) {
      throw toDatabaseError(error, file);
    }
    return openMigrated(file);
  });
}

/** A database that is gone when it is closed. */
export function createMemoryDatabase(): DatabaseFile {
  return openLater(() => openMigrated(':memory:'));
}

function openLater(open: () => Database): DatabaseFile {
  let database: Database | undefined;
  return {
    open() {
      database ??= open();
      return database;
    },
    close() {
      database?.close();
    },
  };
}

function openMigrated(file: string): Database {
  const database = openDatabase(file);
  try {
    migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
