import type { Credential } from './credential.js';
import { leewaySeconds } from './token.js';

/** Tells when credentials die that something goes on under: a socket, a followed log. */
export interface CredentialWatch {
  /** Calls back once, when it is dead; returns what ends the watch. */
  watch(credential: Credential, onDeath: () => void): () => void;
  /** To be called when credentials may have been ended by this program. */
  look(): void;
}

/** Where a watch looks. */
export interface CredentialWatchOptions {
  readonly isAlive: (credential: Credential) => boolean;
  /** Becomes another one when another program may have ended credentials. */
  readonly dataVersion: () => number;
  /** Told when it could not look; it looks again. */
  readonly onBlind: (error: unknown) => void;
}

const intervalMs = 500;

interface Watched {
  readonly credential: Credential;
  readonly onDeath: () => void;
}

/** A watch, with nothing to watch yet. */
export function createCredentialWatch(options: CredentialWatchOptions): CredentialWatch {
  const { isAlive, dataVersion, onBlind } = options;
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;
  /** null when the next round has to look, whatever has changed. */
  let seenVersion: number | null = null;
  const endThose = (isDead: (credential: Credential) => boolean) => {
    for (const entry of [...watched]) {
      if (!isDead(entry.credential)) continue;
      unwatch(entry);
      entry.onDeath();
    }
  };
  const look = (isNeeded = (_version: number) => true) => {
    try {
      const version = dataVersion();
      if (isNeeded(version)) endThose(createDeathCheck(isAlive));
      seenVersion = version;
    } catch (error) {
      seenVersion = null;
      onBlind(error);
    }
  };
  const tick = () => {
    endThose(isOverdue);
    look((version) => version !== seenVersion);
  };
  const unwatch = (entry: Watched) => {
    watched.delete(entry);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    watch(credential, onDeath) {
      const entry = { credential, onDeath };
      watched.add(entry);
      // It may have died on its way here, so the next round looks.
      seenVersion = null;
      timer ??= setInterval(tick, intervalMs);
      return () => unwatch(entry);
    },
    look: () => look(),
  };
}

/** Many sockets may share one credential: each is asked about once. */
function createDeathCheck(isAlive: CredentialWatchOptions['isAlive']) {
  const known = new Map<string | null, boolean>();
  return (credential: Credential): boolean => {
    const key = credential.sessionId ?? credential.keyId;
    const alive = known.get(key) ?? isAlive(credential);
    known.set(key, alive);
    return !alive;
  };
}

/** By the clock on the wall, as tokens have it. */
function isOverdue({ expiresAt }: Credential): boolean {
  return expiresAt !== null && Date.now() > expiresAt.getTime() + leewaySeconds * 1_000;
}
