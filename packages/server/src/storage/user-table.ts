import type { Role, User } from '@llamactl/contract';
import type { Database, Row } from './database.js';

/** A user with the hash of the password. */
export interface StoredUser extends User {
  readonly password: string;
}

/** Users in a database. Names are compared without regard to case. */
export interface UserTable {
  /** In the order of their names. */
  list(): User[];
  find(username: string): StoredUser | undefined;
  /** Returns false when there is one of that name. */
  add(user: StoredUser): boolean;
  setRole(username: string, role: Role, at: string): void;
  setPassword(username: string, password: string, at: string): void;
  /** With all sessions and keys. */
  remove(username: string): void;
  countAdmins(): number;
  isEmpty(): boolean;
}

/** Users in that database. */
export function createUserTable(database: Database): UserTable {
  const list = database.prepare('SELECT * FROM users ORDER BY username');
  const find = database.prepare('SELECT * FROM users WHERE username = ?');
  const add = database.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const setRole = database.prepare('UPDATE users SET role = ?, updated_at = ? WHERE username = ?');
  const setPassword = database.prepare(
    'UPDATE users SET password = ?, updated_at = ? WHERE username = ?',
  );
  const remove = database.prepare('DELETE FROM users WHERE username = ?');
  const admins = database.prepare("SELECT count(*) AS n FROM users WHERE role = 'admin'");
  const first = database.prepare('SELECT 1 FROM users LIMIT 1');
  return {
    list: () => list.all().map(toUser),
    find(username) {
      const [row] = find.all(username);
      return row && { ...toUser(row), password: String(row.password) };
    },
    add: ({ username, role, password, created_at, updated_at }) =>
      add.run(username, role, password, created_at, updated_at) === 1,
    setRole: (username, role, at) => void setRole.run(role, at, username),
    setPassword: (username, password, at) => void setPassword.run(password, at, username),
    remove: (username) => void remove.run(username),
    countAdmins: () => Number(admins.all()[0]?.n),
    isEmpty: () => first.all().length === 0,
  };
}

function toUser({ username, role, created_at, updated_at }: Row): User {
  return {
    username: String(username),
    role: role as Role,
    created_at: String(created_at),
    updated_at: String(updated_at),
  };
}
