import { LlamactlError } from '@llamactl/contract';
import { freePort, occupyPort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { canListen } from '../../src/ports/can-listen.js';

test('a port is free, taken while a program listens on it, and free again', async () => {
  const port = await freePort();
  expect(await canListen('127.0.0.1', port)).toBe(true);
  {
    await using _other = await occupyPort(port);
    expect(await canListen('127.0.0.1', port)).toBe(false);
  }
  expect(await canListen('127.0.0.1', port)).toBe(true);
});

test('one that listens on every address takes the port of each', async () => {
  await using other = await occupyPort(0, '0.0.0.0');
  expect(await canListen('127.0.0.1', other.port)).toBe(false);
});

test('a host that is not of this machine is an error that names it', async () => {
  const error = await canListen('192.0.2.1', await freePort()).catch((thrown: unknown) => thrown);
  expect(LlamactlError.is(error, 'VALIDATION_FAILED')).toBe(true);
  expect(error).toMatchObject({
    message: expect.stringContaining('192.0.2.1'),
    issues: [{ path: 'host' }],
  });
});
