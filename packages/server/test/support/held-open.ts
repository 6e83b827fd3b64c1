import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { CallerHeaders } from './auth-scene.js';
import { follow } from './follow.js';
import { openSocket } from './open-socket.js';

/** Everything that can go on for long under one credential. */
export interface HeldOpen {
  /** What went on but does not any more; each with how it ended. */
  readonly ended: Readonly<Record<string, unknown>>;
  /** Resolves when nothing goes on any more. */
  readonly allEnded: Promise<unknown>;
  leave(): void;
}

/** Opens a socket, a followed log of `a`, and requests to it in all states, under a credential. */
export async function holdOpen(url: string, headers: CallerHeaders): Promise<HeldOpen> {
  const ended: Record<string, unknown> = {};
  const socket = await openSocket(url, { headers });
  const lines = await follow(url, 'a', { headers });
  const events = await follow(url, 'a', { headers, accept: 'text/event-stream' });
  for (const log of [lines, events]) await log.until(({ entries }) => entries.length > 0);
  const chats = {
    answering: await openChat(url, headers, { told: slowly, stream: true }),
    waiting: await openChat(url, headers, { told: { waitMs: 600_000 } }),
    receiving: await openChat(url, headers, null),
  };
  const ways: [string, Promise<unknown>][] = [
    ['socket', socket.closed.then(({ code }) => code)],
    ['lines', lines.ended],
    ['events', events.ended],
    ...Object.entries(chats).map(([state, { outcome }]): [string, Promise<unknown>] => [
      state,
      outcome,
    ]),
  ];
  const all = ways.map(async ([what, way]) => {
    ended[what] = await way;
  });
  return {
    ended,
    allEnded: Promise.all(all),
    leave() {
      socket.socket.terminate();
      for (const log of [lines, events]) log.leave();
      for (const { leave } of Object.values(chats)) leave();
    },
  };
}

const slowly = {
  headers: { 'content-type': 'text/event-stream' },
  parts: ['data: {"a":1}\n\n'],
  end: 'hang',
};

/** A chat that does not end by itself; without a body it is sent in part alone. */
async function openChat(url: string, headers: CallerHeaders, body: object | null) {
  const whole = JSON.stringify({ model: 'a', messages: [], ...body });
  const asking = request(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': whole.length, ...headers },
    agent: false,
  });
  const answered = once(asking, 'response').then(([response]) => response as IncomingMessage);
  const outcome = answered.then(readAll, (error: Error) => error.message);
  const sent = new Promise<void>((resolve) => {
    if (body === null) asking.write(whole.slice(0, 10), () => resolve());
    else asking.end(whole, () => resolve());
  });
  await (body !== null && 'stream' in body ? answered : sent);
  return { outcome, leave: () => asking.destroy() };
}

/** Status and text, however it ends. */
async function readAll(response: IncomingMessage): Promise<string> {
  let said = String(response.statusCode);
  try {
    for await (const chunk of response) said += ` ${chunk}`;
  } catch {
    said += ' cut';
  }
  return said;
}
