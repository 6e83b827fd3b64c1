import { randomInt } from 'node:crypto';
import { seededRandom } from '@llamactl/testkit';
import { expect, it } from 'vitest';
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.js';
import { openRaw, type RawConnection } from '../support/raw-http.js';

const isFull = process.env.LLAMACTL_TEST_FULL !== undefined;
const kills = isFull ? 500 : 30;
const names = ['a', 'b', 'c'];
const within = { timeoutMs: 60_000 };
const eventOf = (number: number) => `data: {"number":${number}}\n\n`;

interface Death {
  /** Whole events that come before it. */
  readonly events: number;
  /** Whether the begin of another comes too. */
  readonly isWithin: boolean;
  readonly partMs: number;
}

it(
  `P5: a backend that is killed at any of ${kills} random chunks never makes a stream look whole`,
  async () => {
    await using scene = await gatewayScene();
    for (const name of names) await scene.create(name, { restart_policy: 'never' });
    const seed = randomInt(2 ** 32);
    const random = seededRandom(seed);
    let left = kills;
    const found: string[] = [];
    const work = async (name: string) => {
      for (; left > 0; ) {
        left -= 1;
        const death = {
          events: 1 + Math.floor(random() * 100),
          isWithin: random() < 0.25,
          partMs: random() < 0.5 ? 0 : 1,
        };
        const problem = await die(scene, name, death);
        if (problem) found.push(`${JSON.stringify(death)}: ${problem}`);
      }
    };
    await Promise.all(names.map(work));
    console.log(`${kills} backends killed in a stream (seed ${seed}), ${found.length} told wrong`);
    expect(found).toEqual([]);
  },
  isFull ? 15 * 60_000 : 60_000,
);

/** What is wrong with what the client got of a stream whose backend is killed. */
async function die(scene: GatewayScene, name: string, death: Death): Promise<string | null> {
  const { llamactl, port } = scene;
  await llamactl.start(name);
  await llamactl.waitForStatus(name, 'running', within);
  const { events, isWithin, partMs } = death;
  const whole = Array.from({ length: events }, (_, at) => eventOf(at));
  const parts = isWithin ? [...whole, 'data: {"num'] : whole;
  using connection = await openRaw(port);
  const headers = { 'content-type': 'text/event-stream' };
  sendChat(connection, {
    model: name,
    stream: true,
    told: { headers, parts, partMs, end: 'kill' },
  });
  const { text, hasEnd } = unchunked(await connection.closed);
  await llamactl.waitForStatus(name, 'failed', within);
  if (hasEnd) return 'the body was ended as if it were whole';
  if (text.includes('[DONE]')) return 'the stream was ended as if it were whole';
  if (!text.startsWith(parts.join(''))) return `not all that was sent came: ${text}`;
  const rest = text.slice(parts.join('').length);
  if (isWithin) return rest === '' ? null : `an event was broken by another: ${rest}`;
  const isTold = /^data: \{"error":\{"message":"[^\n]+"code":"UPSTREAM_ERROR"\}\}\n\n$/.test(rest);
  return isTold ? null : `not told as an error: ${rest}`;
}

function sendChat({ socket }: RawConnection, body: object): void {
  const text = JSON.stringify(body);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  );
}

/** The body of a chunked answer, and whether the chunk that ends it is there. */
function unchunked(received: string): { text: string; hasEnd: boolean } {
  let rest = received.slice(received.indexOf('\r\n\r\n') + 4);
  let text = '';
  while (rest !== '') {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (size === 0) return { text, hasEnd: true };
    text += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 2 + size + 2);
  }
  return { text, hasEnd: false };
}
