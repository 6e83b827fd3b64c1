import { setTimeout as delay } from 'node:timers/promises';
import type { Freed, SlotWatch } from './slot-watch.js';

/** An instance, as those who leave it need it. */
export interface Target {
  readonly url: string;
  readonly model: string;
  readonly slots: SlotWatch;
}

/**
 * Leaves a request that generates without end, at a moment of its own, and tells what became of its slot.
 * @throws Error when it was answered otherwise, or the slot stays taken
 */
export type Abort = (target: Target, seed: number, random: () => number) => Promise<Freed>;

/** Clients that leave, each in another moment. */
export const aborts: Readonly<Record<string, Abort>> = {
  /** Once some of the answer is there. */
  async 'in a stream'(target, seed, random) {
    const leave = new AbortController();
    const answer = await ask(target, { seed, stream: true }, leave.signal);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
    const reader = answer.body?.getReader();
    for (let chunks = 1 + Math.floor(random() * 20); chunks > 0; chunks -= 1) {
      if ((await reader?.read())?.done !== false) throw new Error('a stream without end ended');
    }
    leave.abort();
    return target.slots.freed(seed);
  },

  /** While the instance works on an answer in one piece. */
  async 'before an answer in one piece'(target, seed) {
    const leave = new AbortController();
    const asked = ask(target, { seed }, leave.signal);
    const unanswered = asked.then(
      async (answer) => Promise.reject(new Error(`${answer.status}: ${await answer.text()}`)),
      () => {},
    );
    await Promise.race([target.slots.begun(seed), unanswered]);
    leave.abort();
    await unanswered;
    return target.slots.freed(seed);
  },

  /** At any moment, often while it still waits for the instance. */
  async 'soon after it was sent'(target, seed, random) {
    const leave = new AbortController();
    const asked = ask(target, { seed, stream: random() < 0.5 }, leave.signal);
    const unread = asked.then(
      ({ status }) => (status === 200 ? null : new Error(`it was answered ${status}`)),
      () => null,
    );
    await delay(random() * 60);
    leave.abort();
    const refusal = await unread;
    if (refusal) throw refusal;
    return target.slots.freed(seed);
  },
};

/** Without a limit, and on a server that forgets the begin when its context is full, this has no end. */
function ask({ url, model }: Target, more: object, signal: AbortSignal): Promise<Response> {
  const messages = [{ role: 'user', content: 'Hello' }];
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, messages, ...more }),
    signal,
  });
}
