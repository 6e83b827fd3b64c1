import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '@llamactl/client';
import { CliError } from '../cli-error.js';

/** Logins of this user, one for each server. */
export interface SessionStore {
  /** The session at a server; undefined when there is none that can be read. */
  readonly read: (server: string) => Session | undefined;
  /** Keeps a session, or, with null, forgets it. @throws CliError */
  readonly write: (server: string, session: Session | null) => void;
}

/** Keeps each session in a file of its own, which nobody else can read. */
export function createSessionStore(folder: string): SessionStore {
  const sessions = join(folder, 'sessions');
  // An address has characters that a file name cannot have.
  const fileOf = (server: string) =>
    join(sessions, `${createHash('sha256').update(server).digest('hex').slice(0, 32)}.json`);
  return {
    read: (server) => sessionIn(fileOf(server)),
    write(server, session) {
      const file = fileOf(server);
      try {
        if (session === null) return rmSync(file, { force: true });
        mkdirSync(sessions, { recursive: true, mode: 0o700 });
        const written = `${file}.${randomUUID()}`;
        writeFileSync(written, `${JSON.stringify({ server, ...session })}\n`, { mode: 0o600 });
        renameSync(written, file);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new CliError(`The login cannot be kept: ${reason}`, `It belongs into ${sessions}.`);
      }
    },
  };
}

function sessionIn(file: string): Session | undefined {
  try {
    const { token, expires_at, received_at } = JSON.parse(readFileSync(file, 'utf8'));
    const isSession = typeof token === 'string' && !Number.isNaN(Date.parse(expires_at));
    return isSession ? { token, expires_at, received_at } : undefined;
  } catch {
    return undefined;
  }
}
