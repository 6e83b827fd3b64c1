import type { Session } from './session.js';

/** How long a token is good, by the clock of this machine. */
export interface TokenLifetime {
  /** When it ends, in milliseconds of `Date.now()`. */
  readonly endsMs: number;
  /** From the moment when the server gave it to its end, in milliseconds; null when that moment is not known. */
  readonly lastsMs: number | null;
}

/** Part of a token's time that is left when it is traded for another one. */
const earlyPart = 0.2;
const earlyMs = 5 * 60_000;

/**
 * The lifetime of a token that was just received. Only the clock of the server is asked how long it lasts,
 * so that a clock of this machine that is wrong by hours does no harm.
 *
 * @param serverMs - what the clock of the server showed then; null when the answer did not say
 */
export function lifetimeOfReceived(
  { expires_at }: Session,
  serverMs: number | null,
  nowMs: number,
): TokenLifetime {
  const lastsMs = Date.parse(expires_at) - (serverMs ?? nowMs);
  return { endsMs: nowMs + lastsMs, lastsMs };
}

/** The lifetime of a token out of the app's own store. */
export function lifetimeOfKept({ expires_at, received_at }: Session): TokenLifetime {
  const endsMs = Date.parse(expires_at);
  return { endsMs, lastsMs: received_at === undefined ? null : endsMs - Date.parse(received_at) };
}

/**
 * Whether it is time to trade a token for another one: in the last fifth of its time and in its last five
 * minutes, but not in the first half of its time. One that seems to be over is too: the clock may be wrong.
 */
export function isDue({ endsMs, lastsMs }: TokenLifetime, nowMs: number): boolean {
  const ahead =
    lastsMs === null ? earlyMs : Math.max(earlyPart * lastsMs, Math.min(earlyMs, lastsMs / 2));
  return endsMs - nowMs <= ahead;
}
