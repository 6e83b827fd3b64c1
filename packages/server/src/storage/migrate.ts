import { LlamactlError } from '@llamactl/contract';
import type { Database } from './database.js';

/** Steps from each version of the file to the next; never edit one that was released. */
const migrations = [
  'CREATE TABLE instances (name TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT, WITHOUT ROWID',
];

/**
 * Brings a file to the version of this program, each step in a transaction of its own.
 *
 * @throws LlamactlError STORAGE_ERROR when a newer program wrote the file; nothing is rewritten then
 */
export function migrate(database: Database, file: string): void {
  const version = database.userVersion();
  if (version > migrations.length) {
    throw new LlamactlError(
      'STORAGE_ERROR',
      `${file} was written by a newer version of Llamactl.`,
      {
        details:
          'Start that version or a later one, or use another data folder. Nothing was changed.',
      },
    );
  }
  for (const [done, step] of migrations.entries()) {
    if (done < version) continue;
    inTransaction(database, `${step}; PRAGMA user_version = ${done + 1}`);
  }
}

function inTransaction(database: Database, sql: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(sql);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
