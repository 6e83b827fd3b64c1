import Libsql from 'libsql';

/** A row by its column names. */
export type Row = Readonly<Record<string, unknown>>;

/** A statement, prepared once. */
export interface Statement {
  all(...values: readonly string[]): Row[];
  run(...values: readonly string[]): void;
}

/** One SQLite file. Every call is synchronous; a write that returned is on the disk. */
export interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  /** The number that migrations keep in the file. */
  userVersion(): number;
  close(): void;
}

/**
 * Opens a SQLite file, made if need be, with a write-ahead log and full synchronisation. Hides what
 * libsql does differently: `_metadata` in single rows, and statements that go on working after `close`.
 */
export function openDatabase(file: string): Database {
  const libsql = new Libsql(file, { timeout: 5_000 });
  let open = true;
  const guarded = <Values extends readonly string[], Result>(
    call: (...values: Values) => Result,
  ) => {
    return (...values: Values): Result => {
      if (!open) throw new Error('The database is closed.');
      return call(...values);
    };
  };
  const prepare = guarded((sql: string): Statement => {
    const statement = libsql.prepare(sql);
    return {
      all: guarded((...values) => statement.all(...values) as Row[]),
      run: guarded((...values) => void statement.run(...values)),
    };
  });
  const exec = guarded((sql: string) => void libsql.exec(sql));
  prepare('PRAGMA journal_mode = WAL').all();
  exec('PRAGMA synchronous = FULL');
  return {
    prepare,
    exec,
    userVersion: () => Number(prepare('PRAGMA user_version').all()[0]?.user_version),
    close() {
      if (!open) return;
      open = false;
      libsql.close();
    },
  };
}
