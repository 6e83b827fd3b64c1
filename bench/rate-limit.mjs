import { once } from 'node:events';
import { connect } from 'node:net';
import { startServer } from './server-program.mjs';

const warmUp = 2_000;
const requestsPerRound = 5_000;
/** Requests on the way at a time. */
const window = 100;

/**
 * Microseconds of a processor that a request takes of the server, without limits and added by them, and bytes that its memory grew by while
 * as many clients as are told came by once.
 * @param {{ folder: string, rounds: number, clients: number }} options
 * @returns {Promise<{ addedUs: number[], plainUs: number[], grownBytes: number }>}
 */
export async function rateLimitCosts({ folder, rounds, clients }) {
  const limited = await startServer(`${folder}/limited`, {
    LLAMACTL_SERVER__TRUSTED_PROXIES: '127.0.0.1',
    LLAMACTL_RATE_LIMIT__REGULAR: '1000000',
  });
  const unlimited = await startServer(`${folder}/unlimited`, {
    LLAMACTL_RATE_LIMIT__ENABLED: 'false',
  });
  try {
    for (const { url } of [limited, unlimited]) await askMany(url, warmUp);
    const addedUs = [];
    const plainUs = [];
    for (let round = 0; round < rounds; round++) {
      const plain = await timeOf(unlimited);
      addedUs.push((await timeOf(limited)) - plain);
      plainUs.push(plain);
    }
    const before = await limited.residentBytes();
    await askMany(limited.url, clients, addressOf);
    return { addedUs, plainUs, grownBytes: (await limited.residentBytes()) - before };
  } finally {
    await Promise.all([limited.stop(), unlimited.stop()]);
  }
}

/** @param {{ url: string, cpuMs: () => Promise<number> }} server */
async function timeOf({ url, cpuMs }) {
  const before = await cpuMs();
  await askMany(url, requestsPerRound);
  return (((await cpuMs()) - before) * 1_000) / requestsPerRound;
}

/** @param {number} n */
function addressOf(n) {
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}

/**
 * Sends requests on one connection, some at a time.
 * @param {string} url
 * @param {number} count
 * @param {(n: number) => string} [forwardedFor]
 */
async function askMany(url, count, forwardedFor) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  let sent = 0;
  let answered = 0;
  const send = () => {
    const from = forwardedFor ? `X-Forwarded-For: ${forwardedFor(sent)}\r\n` : '';
    socket.write(`GET /api/instances HTTP/1.1\r\nHost: localhost\r\n${from}\r\n`);
    sent += 1;
  };
  while (sent < Math.min(window, count)) send();
  let rest = '';
  for await (const chunk of socket) {
    const text = rest + chunk.toString('latin1');
    const answers = text.split('HTTP/1.1 200 OK').length - 1;
    // A status line may come in two pieces; this is too short for a whole one.
    rest = text.slice(-14);
    answered += answers;
    for (let next = 0; next < answers && sent < count; next += 1) send();
    if (answered >= count) break;
  }
  socket.destroy();
}
