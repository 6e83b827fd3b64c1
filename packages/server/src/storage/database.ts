import { LlamactlError } from '@llamactl/contract';
import Libsql from 'libsql';
import { toDatabaseError } from './database-error.js';

/** What goes into a column, and comes out of it. */
export type Value = string | number | null;

/** A row by its column names. */
export type Row = Readonly<Record<string, Value>>;

/** A statement, prepared once. */
export interface Statement {
  all(...values: readonly Value[]): Row[];
  /** Returns how many rows were changed. */
  run(...values: readonly Value[]): number;
}

/**
 * One SQLite file. Every call is synchronous; a write that returned is on the disk. What goes wrong is
 * STORAGE_FULL or STORAGE_ERROR, and nothing is changed then.
 */
export interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  /** Does all of it or, when it throws, nothing. Not within another one. */
  transaction<Result>(action: () => Result): Result;
  /** The number that migrations keep in the file. */
  userVersion(): number;
  /** Becomes another one when another program has changed something. */
  dataVersion(): number;
  close(): void;
}

/**
 * Opens a SQLite file, made if need be, with a write-ahead log and full synchronisation. Hides what
 * libsql does differently: `_metadata` in single rows, and statements that go on working after `close`.
 */
export function openDatabase(file: string): Database {
  let open = true;
  const guarded = <Values extends readonly Value[], Result>(
    call: (...values: Values) => Result,
  ) => {
    return (...values: Values): Result => {
      if (!open) throw new LlamactlError('STORAGE_ERROR', 'The database is closed.');
      try {
        return call(...values);
      } catch (error) {
        throw toDatabaseError(error, file);
      }
    };
  };
  const libsql = guarded(() => new Libsql(file, { timeout: 5_000 }))();
  const prepare = guarded((sql: string): Statement => {
    const statement = libsql.prepare(sql);
    return {
      all: guarded((...values) => statement.all(...values) as Row[]),
      run: guarded((...values) => statement.run(...values).changes),
    };
  });
  const exec = guarded((sql: string) => void libsql.exec(sql));
  const numberOf = (pragma: string) => {
    const statement = prepare(`PRAGMA ${pragma}`);
    return () => Number(statement.all()[0]?.[pragma]);
  };
  prepare('PRAGMA journal_mode = WAL').all();
  exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  return {
    prepare,
    exec,
    transaction: (action) => inTransaction(exec, action),
    userVersion: numberOf('user_version'),
    dataVersion: numberOf('data_version'),
    close() {
      if (!open) return;
      open = false;
      libsql.close();
    },
  };
}

function inTransaction<Result>(exec: Database['exec'], action: () => Result): Result {
  // At once for writing: two that only begin to write later could not both go on.
  exec('BEGIN IMMEDIATE');
  try {
    const result = action();
    exec('COMMIT');
    return result;
  } catch (error) {
    try {
      exec('ROLLBACK');
    } catch {
      // A full disk, for one, has ended it already.
    }
    throw error;
  }
}
