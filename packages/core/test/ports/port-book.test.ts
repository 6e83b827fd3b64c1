import { freePort, occupyPort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { createPortBook } from '../../src/ports/port-book.js';

const host = '127.0.0.1';

/** Three ports in a row that are free. */
async function freeRange(): Promise<readonly [number, number]> {
  for (;;) {
    const first = await freePort();
    const { isFree } = createPortBook({ host, range: [first, first] });
    if ((await isFree(first + 1)) && (await isFree(first + 2))) return [first, first + 2];
  }
}

test('the lowest port is given that no instance has and no program listens on', async () => {
  const range = await freeRange();
  const ports = createPortBook({ host, range });
  expect(await ports.allocate('a')).toBe(range[0]);
  expect(await ports.allocate('b')).toBe(range[0] + 1);
  ports.releaseOthers('A', []);
  ports.releaseOthers('b', [8]);
  await using _other = await occupyPort(range[0]);
  expect(await ports.allocate('c')).toBe(range[0] + 1);
});

test('a port that is claimed while it is looked at is not given away', async () => {
  const [first] = await freeRange();
  const ports = createPortBook({ host, range: [first, first + 1] });
  const allocated = ports.allocate('slow');
  ports.claim(first, 'quick');
  expect(await allocated).toBe(first + 1);
});

test('many at once each get another port, and the rest an error that says what to do', async () => {
  const range = await freeRange();
  const ports = createPortBook({ host, range });
  const results = await Promise.allSettled(
    ['a', 'b', 'c', 'd'].map((name) => ports.allocate(name)),
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
  const ports = createPortBook({ host, range: [port, port] });
  const looks = await Promise.all(Array.from({ length: 20 }, () => ports.isFree(port)));
  expect(looks).toEqual(looks.map(() => true));
});

test('a port that a foreign program listens on is not free', async () => {
  await using other = await occupyPort();
  const ports = createPortBook({ host, range: [other.port, other.port] });
  expect(await ports.isFree(other.port)).toBe(false);
});

test('a certain port belongs to one instance, and is refused to others by name', async () => {
  const ports = createPortBook({ host, range: [8081, 8081] });
  ports.claim(8081, 'First');
  ports.claim(8081, 'fIRST');
  const message = expect.stringMatching(/8081.*"fIRST"/);
  expect(() => ports.claim(8081, 'second')).toThrow(
    expect.objectContaining({ code: 'PORT_IN_USE', message }),
  );
  ports.release(8081, 'second');
  expect(() => ports.claim(8081, 'second')).toThrow();
  ports.release(8081, 'first');
  ports.claim(8081, 'second');
});
