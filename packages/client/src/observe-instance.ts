import type { InstanceDetails, InstanceStatus } from '@llamactl/contract';
import { ApiError } from './errors/api-error.js';
import { ConnectionError } from './errors/connection-error.js';
import type { EventMessage } from './events/events-options.js';
import { ownSignal } from './own-signal.js';
import { pollDelayMs } from './poll-delay.js';
import { withQuiet } from './repeat-when-quiet.js';
import { sleep } from './transport/deadline.js';

/** Looks at an instance; the signal ends the look. */
export type Look = (signal: AbortSignal) => Promise<InstanceDetails>;

/** The events that tell of the status of instances, on a connection that is not renewed. */
export type Follow = (signal: AbortSignal) => AsyncIterable<EventMessage>;

/** How an instance can be observed. */
export interface InstanceView {
  readonly name: string;
  readonly look: Look;
  readonly follow: Follow;
}

/** Time without a word of the event stream after which it is looked whether there really is none, in milliseconds. */
const quietStreamMs = 15_000;
/** How long a server may be away once it has been seen, as while it is started anew, in milliseconds. */
const longestAwayMs = 60_000;

/**
 * An instance as it is now, then at each change of its status and perhaps in between. Changes come by the
 * event stream, with a look when that has been silent for long; where it cannot be had, by looks, ever less often while
 * nothing changes.
 *
 * A server that has told of it once may be away for a minute: what its successor tells of the instance counts.
 *
 * @throws what a look rejects with, as when the instance is deleted
 */
export async function* observeInstance(
  view: InstanceView,
  signal: AbortSignal,
  quietMs = quietStreamMs,
): AsyncGenerator<InstanceDetails, void, undefined> {
  const first = await lookPatiently(view.look, signal, 0);
  yield first;
  const following = ownSignal(signal);
  try {
    for await (const message of withQuiet(view.follow(following.signal), quietMs)) {
      const seen = message === null ? 'look' : seenIn(message.value, view.name);
      if (seen === 'look') yield await lookPatiently(view.look, signal);
      else if (seen !== null) yield await withFigures(seen, view.look, signal);
    }
  } catch {
    // The looks tell whether there is more wrong than that there is no stream.
  } finally {
    following.end();
  }
  yield* lookOften(view.look, first.status, signal);
}

async function* lookOften(
  look: Look,
  status: InstanceStatus,
  signal: AbortSignal,
): AsyncGenerator<InstanceDetails, void, undefined> {
  let previous = status;
  for (let attempt = 0; ; attempt += 1) {
    await sleep(pollDelayMs(attempt), signal);
    const seen = await lookPatiently(look, signal);
    if (seen.status !== previous) attempt = -1;
    previous = seen.status;
    yield seen;
  }
}

/** What a message says of an instance: null for nothing, `look` when it seems to be gone. */
function seenIn(message: EventMessage, name: string): InstanceDetails | 'look' | null {
  const isIt = (other: { readonly name: string }) =>
    other.name.toLowerCase() === name.toLowerCase();
  switch (message.type) {
    case 'snapshot':
      return message.data.instances.find(isIt) ?? 'look';
    case 'instance_deleted':
      return isIt(message.data) ? 'look' : null;
    case 'instance_status_changed':
      return isIt(message.data.instance) ? { ...message.data.instance, stats: null } : null;
    default:
      return null;
  }
}

/** Changes of the status come without figures, which only a running instance has. */
async function withFigures(
  seen: InstanceDetails,
  look: Look,
  signal: AbortSignal,
): Promise<InstanceDetails> {
  if (seen.status !== 'running' || seen.stats !== null) return seen;
  // What can go wrong here does not make it less true that it was seen running.
  const found = await look(signal).catch(() => seen);
  return found.status === seen.status ? found : seen;
}

/**
 * Looks; a server that says there were too many looks is left alone for the time that it names, and one that is away
 * is waited for.
 */
async function lookPatiently(
  look: Look,
  signal: AbortSignal,
  awayMs = longestAwayMs,
): Promise<InstanceDetails> {
  const begun = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await look(signal);
    } catch (error) {
      const mayWait = isAway(error) && performance.now() - begun < awayMs;
      if (mayWait) await sleep(pollDelayMs(attempt), signal);
      else if (isTooOften(error)) await sleep(error.retryAfterMs ?? 2_000, signal);
      else throw error;
    }
  }
}

/** Whether there is no server, or one that is about to go, or a proxy in front of none. */
function isAway(error: unknown): boolean {
  if (ConnectionError.is(error)) return true;
  return ApiError.is(error) && [502, 503, 504].includes(error.status);
}

function isTooOften(error: unknown): error is ApiError {
  return ApiError.is(error) && error.status === 429;
}
