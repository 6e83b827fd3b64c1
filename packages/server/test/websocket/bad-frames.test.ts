import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handshake } from '../support/handshake.js';
import { openSocket } from '../support/open-socket.js';
import { openRaw } from '../support/raw-http.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test[Symbol.asyncDispose]());

const mask = [0, 0, 0, 0];
const text = (...bytes: number[]) => Buffer.from([0x81, 0x80 | bytes.length, ...mask, ...bytes]);
const announcing = (bytes: bigint) => {
  const frame = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, ...mask]);
  frame.writeBigUInt64BE(bytes, 2);
  return frame;
};

/** Sends bytes on a socket and reads the code that the server closes it with. */
async function closeCodeAfter(...frames: Uint8Array[]): Promise<number> {
  using connection = await openRaw(test.server.port);
  connection.socket.write(handshake());
  await connection.waitFor(/"type":"snapshot"/);
  const before = connection.received.length;
  for (const frame of frames) connection.socket.write(frame);
  const isClosing = () => connection.received.slice(before).includes('\u0088');
  await connection.waitFor({ test: isClosing });
  const frame = Buffer.from(connection.received.slice(before), 'latin1');
  return frame.readUInt16BE(frame.indexOf(0x88) + 2);
}

describe('W5: what a client says', () => {
  it.each<[string, number, Buffer[]]>([
    ['text', 1008, [text(0x68, 0x69)]],
    ['nothing in a message', 1008, [text()]],
    ['binary', 1003, [Buffer.from([0x82, 0x81, ...mask, 1])]],
    ['text that is not UTF-8', 1007, [text(0xc3, 0x28)]],
    ['half a character', 1007, [text(0xe2, 0x82)]],
    ['a message of 64 KiB and one byte', 1009, [announcing(65_537n)]],
    ['a message of 100 MB, announced', 1009, [announcing(100_000_000n)]],
    ['a message of more than there is', 1009, [announcing(2n ** 60n)]],
    ['a frame without mask', 1002, [Buffer.from([0x81, 0x01, 0x68])]],
    ['a frame of an unknown kind', 1002, [Buffer.from([0x83, 0x80, ...mask])]],
    ['a compressed frame', 1002, [Buffer.from([0xc1, 0x80, ...mask])]],
    ['the rest of nothing', 1002, [Buffer.from([0x80, 0x80, ...mask])]],
    ['rubbish', 1002, [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    ['ten thousand messages', 1008, Array.from({ length: 10_000 }, () => text(0x68))],
    ['parts of a message that grow too large', 1009, growing()],
  ])('ends with the right code: %s', async (_what, code, frames) => {
    expect(await closeCodeAfter(...frames)).toBe(code);
  });

  it.each(['{"type":"ping"}', 'x'.repeat(65_536)])(
    'is not understood, whatever it is',
    async (message) => {
      using client = await openSocket(test.server.url);
      client.socket.send(message);
      expect(await client.closed).toEqual({
        code: 1008,
        reason: expect.stringMatching(/understood/),
      });
    },
  );

  it('is left unread when it never ends', async () => {
    using connection = await openRaw(test.server.port);
    connection.socket.write(handshake());
    await connection.waitFor(/"type":"snapshot"/);
    const before = process.memoryUsage().rss;
    connection.socket.write(announcing(200_000_000n));
    const chunk = Buffer.alloc(1_000_000, 'x');
    let gone = false;
    void connection.closed.then(() => {
      gone = true;
    });
    for (let sent = 0; sent < 200 && !gone; sent += 1) {
      if (connection.socket.write(chunk)) continue;
      await Promise.race([once(connection.socket, 'drain'), connection.closed]);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    expect((await fetch(`${test.server.url}/ready`)).status).toBe(200);
  });

  it('may be pings, but not without reading the answers', async () => {
    using connection = await openRaw(test.server.port);
    connection.socket.write(handshake());
    await connection.waitFor(/"type":"snapshot"/);
    const pings = Buffer.concat(
      Array.from({ length: 1_000 }, () =>
        Buffer.from([0x89, 0xfd, ...mask, ...new Array(125).fill(1)]),
      ),
    );
    connection.socket.pause();
    for (let sent = 0; sent < 400 && !connection.socket.destroyed; sent += 1) {
      if (connection.socket.write(pings)) continue;
      // Nobody reads on any more when this takes longer.
      const drained = once(connection.socket, 'drain').catch(() => {});
      await Promise.race([drained, setTimeout(1_000)]);
    }
    connection.socket.resume();
    await connection.closed;
    expect((await fetch(`${test.server.url}/ready`)).status).toBe(200);
  });
});

/** A first part and parts that follow, of 1 KiB each and 65 KiB in all. */
function growing(): Buffer[] {
  const part = (opcode: number) =>
    Buffer.concat([Buffer.from([opcode, 0xfe, 0x04, 0x00, ...mask]), Buffer.alloc(1024, 'x')]);
  return [part(0x01), ...Array.from({ length: 64 }, () => part(0x00))];
}
