import type { Role } from '@llamactl/contract';
import type { Database } from './database.js';

/** The time between a login and its end. */
export interface StoredSession {
  readonly id: string;
  readonly username: string;
  readonly created_at: string;
  readonly expires_at: string;
}

/** Sessions in a database. One that is over has no row. */
export interface SessionTable {
  /** Begins one, if that is still the hash of the user's password; returns whether it is. */
  add(session: StoredSession, password: string): boolean;
  /** A session with what its user is now. */
  find(id: string): { username: string; role: Role; expires_at: string } | undefined;
  end(id: string): void;
  endAllOf(username: string): void;
  /** Forgets those that were over before a moment. */
  purge(before: string): void;
}

/** Sessions in that database. */
export function createSessionTable(database: Database): SessionTable {
  const add = database.prepare(
    'INSERT INTO sessions SELECT ?, username, ?, ? FROM users WHERE username = ? AND password = ?',
  );
  const find = database.prepare(
    'SELECT username, role, expires_at FROM sessions JOIN users USING (username) WHERE id = ?',
  );
  const end = database.prepare('DELETE FROM sessions WHERE id = ?');
  const endAllOf = database.prepare('DELETE FROM sessions WHERE username = ?');
  const purge = database.prepare('DELETE FROM sessions WHERE expires_at < ?');
  return {
    add: ({ id, username, created_at, expires_at }, password) =>
      add.run(id, created_at, expires_at, username, password) === 1,
    find(id) {
      const [row] = find.all(id);
      return (
        row && {
          username: String(row.username),
          role: row.role as Role,
          expires_at: String(row.expires_at),
        }
      );
    },
    end: (id) => void end.run(id),
    endAllOf: (username) => void endAllOf.run(username),
    purge: (before) => void purge.run(before),
  };
}
