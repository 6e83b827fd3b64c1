import type { InstanceDetails, InstanceStatus } from '@llamactl/contract';
import { ApiError } from './errors/api-error.js';
import type { EventMessage } from './events/events-options.js';
import { pollDelayMs } from './poll-delay.js';
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

/**
 * An instance as it is now, then at each change of its status and perhaps in between. Changes come by the
 * event stream; where that cannot be had, by looks, ever less often while nothing changes.
 *
 * @throws what a look rejects with, as when the instance is deleted
 */
export async function* observeInstance(
  view: InstanceView,
  signal: AbortSignal,
): AsyncGenerator<InstanceDetails, void, undefined> {
  const first = await lookPatiently(view.look, signal);
  yield first;
  try {
    for await (const message of view.follow(signal)) {
      const seen = seenIn(message, view.name);
      if (seen === 'gone') yield await lookPatiently(view.look, signal);
      else if (seen !== null) yield await withFigures(seen, view.look, signal);
    }
  } catch {
    // The looks tell whether there is more wrong than that there is no stream.
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

/** What a message says of an instance: null for nothing, `gone` when there is none of that name. */
function seenIn(message: EventMessage, name: string): InstanceDetails | 'gone' | null {
  const isIt = (other: { readonly name: string }) =>
    other.name.toLowerCase() === name.toLowerCase();
  switch (message.type) {
    case 'snapshot':
      return message.data.instances.find(isIt) ?? 'gone';
    case 'instance_deleted':
      return isIt(message.data) ? 'gone' : null;
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

/** Looks; a server that says there were too many looks is left alone for the time that it names. */
async function lookPatiently(look: Look, signal: AbortSignal): Promise<InstanceDetails> {
  for (;;) {
    try {
      return await look(signal);
    } catch (error) {
      if (!ApiError.is(error) || error.status !== 429) throw error;
      await sleep(error.retryAfterMs ?? 2_000, signal);
    }
  }
}
