import { LlamactlError } from '@llamactl/contract';
import type { Database } from './database.js';

/** Steps from each version of the file to the next; never edit one that was released. */
const migrations = [
  'CREATE TABLE instances (name TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT, WITHOUT ROWID',
  `CREATE TABLE users (
     username TEXT PRIMARY KEY COLLATE NOCASE,
     role TEXT NOT NULL,
     password TEXT NOT NULL,
     created_at TEXT NOT NULL,
     updated_at TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     username TEXT NOT NULL COLLATE NOCASE REFERENCES users ON DELETE CASCADE,
     created_at TEXT NOT NULL,
     expires_at TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX sessions_by_user ON sessions (username);
   CREATE TABLE api_keys (
     id TEXT PRIMARY KEY,
     username TEXT NOT NULL COLLATE NOCASE REFERENCES users ON DELETE CASCADE,
     name TEXT NOT NULL,
     hint TEXT NOT NULL,
     hash TEXT NOT NULL,
     scopes TEXT NOT NULL,
     instances TEXT,
     created_at TEXT NOT NULL,
     expires_at TEXT,
     last_used_at TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX api_keys_by_user ON api_keys (username);
   CREATE INDEX api_keys_by_hint ON api_keys (hint)`,
  `CREATE TABLE quarantined_instances (
     name TEXT NOT NULL,
     definition TEXT NOT NULL,
     reason TEXT NOT NULL,
     at TEXT NOT NULL
   ) STRICT`,
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
    database.transaction(() => {
      // Another program that opens the file now may have been faster.
      if (database.userVersion() > done) return;
      database.exec(`${step}; PRAGMA user_version = ${done + 1}`);
    });
  }
}
