import { createServer } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { occupyPort } from '@llamactl/testkit';
import { describe, expect, it } from 'vitest';
import { type ListenOptions, listen } from '../../src/http/listen.js';

const interfaces = Object.values(networkInterfaces()).flat();
const hasIpv6 = interfaces.some((own) => own?.address === '::1');
if (!hasIpv6) console.log('skipped: needs an IPv6 loopback address');

async function listening(options: Partial<ListenOptions>) {
  const create = () => createServer((_, response) => response.end());
  const result = await listen(create, {
    host: 'localhost',
    port: 0,
    allowInsecure: false,
    ...options,
  });
  return {
    ...result,
    [Symbol.dispose]() {
      for (const server of result.servers) server.close();
    },
  };
}

describe('listen', () => {
  it('takes localhost as both loopback addresses, on one port', async () => {
    using result = await listening({});
    expect(result.addresses).toEqual(hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']);
    for (const server of result.servers) {
      expect((server.address() as AddressInfo).port).toBe(result.port);
    }
  });

  it.each(['127.0.0.1', '127.0.0.9', ...(hasIpv6 ? ['::1'] : [])])('takes %s', async (host) => {
    using result = await listening({ host });
    expect(result.addresses).toEqual([host]);
    const shown = isIPv6(host) ? `[${host}]` : host;
    expect((await fetch(`http://${shown}:${result.port}`)).status).toBe(200);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', '::ffff:10.0.0.1'])(
    'refuses %s while all may come in',
    async (host) => {
      await expect(listening({ host })).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        details: expect.stringContaining('auth.allow_insecure'),
      });
    },
  );

  it('takes any address of the machine when that is allowed, and no other', async () => {
    using result = await listening({ host: '0.0.0.0', allowInsecure: true });
    expect(result.addresses).toEqual(['0.0.0.0']);
    const error = { code: 'VALIDATION_FAILED', details: expect.stringContaining('--host') };
    await expect(listening({ host: '192.0.2.1', allowInsecure: true })).rejects.toMatchObject(
      error,
    );
    await expect(listening({ host: 'nowhere.invalid' })).rejects.toMatchObject(error);
  });

  it('says which port is taken, and holds nothing then', async () => {
    await using other = await occupyPort();
    const error = { code: 'PORT_IN_USE', message: expect.stringContaining(String(other.port)) };
    await expect(listening({ port: other.port })).rejects.toMatchObject(error);
    await other.close();
    using result = await listening({ port: other.port });
    expect(result.port).toBe(other.port);
  });

  it.runIf(hasIpv6)('refuses a port that is taken on ::1 alone', async () => {
    await using other = await occupyPort(0, '::1');
    await expect(listening({ port: other.port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    using again = await listening({ port: other.port, host: '127.0.0.1' });
    expect(again.port).toBe(other.port);
  });
});
