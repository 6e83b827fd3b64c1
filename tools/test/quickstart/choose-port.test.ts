import { freePort, occupyPort } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { choosePort } from '../../quickstart/choose-port.mjs';

test('takes the port that is asked for', async () => {
  const port = await freePort();
  expect(await choosePort(String(port))).toBe(port);
});

test('tells when it is taken', async () => {
  await using occupied = await occupyPort();
  await expect(choosePort(String(occupied.port))).rejects.toThrow(`Port ${occupied.port} cannot`);
});

test.each(['0', '65536', 'x', '80.5', '-1'])('tells that %s is no port', async (given) => {
  await expect(choosePort(given)).rejects.toThrow(`PORT=${given} is not a port`);
});

test('finds one by itself', async () => {
  expect(await choosePort(undefined)).toBeGreaterThan(0);
  expect(await choosePort('')).toBeGreaterThan(0);
});
