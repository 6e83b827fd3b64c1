import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { BodyReading } from '../../../src/gateway/body/read-body.js';

/** A request whose body comes as the test writes it. */
function request() {
  const body = new PassThrough();
  return Object.assign(body, { headers: { 'transfer-encoding': 'chunked' } });
}

it('what comes after a request has given its memory back takes nothing of what others share', async () => {
  const bodies = new BodyReading(100);
  const left = request();
  let release = () => {};
  void bodies.read(left as unknown as IncomingMessage, (giveBack) => {
    release = giveBack;
  });
  left.write(Buffer.alloc(60));
  release();
  left.end(Buffer.alloc(60));
  const other = request();
  const read = bodies.read(other as unknown as IncomingMessage, () => {});
  other.end(Buffer.alloc(90));
  expect((await read).length).toBe(90);
  const third = request();
  const refused = bodies.read(third as unknown as IncomingMessage, () => {});
  third.end(Buffer.alloc(20));
  await expect(refused).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
});
