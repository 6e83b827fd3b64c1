import { freePort, occupyPort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createPortAllocator } from '../../src/ports/port-allocator.js';

const host = '127.0.0.1';
const none: ReadonlySet<number> = new Set();

/** Three ports in a row that are free. */
async function freeRange(): Promise<readonly [number, number]> {
  for (;;) {
    const first = await freePort();
    const { isFree } = createPortAllocator({ host, range: [first, first] });
    if ((await isFree(first + 1)) && (await isFree(first + 2))) return [first, first + 2];
  }
}

test('the lowest port is given that is neither taken, nor held, nor listened on', async () => {
  const range = await freeRange();
  const ports = createPortAllocator({ host, range });
  expect(await ports.allocate('a', none)).toBe(range[0]);
  expect(await ports.allocate('b', none)).toBe(range[0] + 1);
  ports.release('a');
  ports.release('b');
  expect(await ports.allocate('c', new Set([range[0]]))).toBe(range[0] + 1);
  ports.release('c');
  await using _other = await occupyPort(range[0]);
  expect(await ports.allocate('d', none)).toBe(range[0] + 1);
});

test('many at once each get another port, and the rest an error that says what to do', async () => {
  const range = await freeRange();
  const ports = createPortAllocator({ host, range });
  const results = await Promise.allSettled(
    ['a', 'b', 'c', 'd'].map((owner) => ports.allocate(owner, none)),
  );
  const given = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  expect(given.toSorted()).toEqual([range[0], range[0] + 1, range[0] + 2]);
  const refused = results.flatMap((result) => (result.status === 'rejected' ? result.reason : []));
  expect(refused).toMatchObject([
    { code: 'RESOURCE_EXHAUSTED', details: expect.stringContaining('port range') },
  ]);
});

test('many looks at one free port at once all find it free', async () => {
  const port = await freePort();
  const ports = createPortAllocator({ host, range: [port, port] });
  const looks = await Promise.all(Array.from({ length: 20 }, () => ports.isFree(port)));
  expect(looks).toEqual(looks.map(() => true));
});

test('a certain port is held for one owner, and refused to others by name', async () => {
  const port = await freePort();
  const ports = createPortAllocator({ host, range: [port, port] });
  await ports.reserve(port, 'first');
  await ports.reserve(port, 'first');
  await expect(ports.reserve(port, 'second')).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringMatching(new RegExp(`${port}.*"first"`)),
  });
  ports.release('second');
  await expect(ports.reserve(port, 'second')).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  ports.release('first');
  await ports.reserve(port, 'second');
});

test('a port that a foreign program listens on is refused, naming the port', async () => {
  await using other = await occupyPort();
  const ports = createPortAllocator({ host, range: [other.port, other.port] });
  expect(await ports.isFree(other.port)).toBe(false);
  await expect(ports.reserve(other.port, 'mine')).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(String(other.port)),
  });
});
