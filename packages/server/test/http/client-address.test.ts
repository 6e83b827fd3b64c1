import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createClientAddress, proxyProblem } from '../../src/http/client-address.js';

function request(remoteAddress: string | undefined, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('S17: the address of a client', () => {
  const trusting = createClientAddress(['10.0.0.0/8', '2001:db8:a::/48', '192.0.2.7']);

  it.each<[string, string | undefined, string | undefined, string]>([
    ['a client', '203.0.113.9', undefined, '203.0.113.9'],
    ['a client that forges', '203.0.113.9', '1.1.1.1', '203.0.113.9'],
    ['our proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['our proxy, mapped into IPv6', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['our proxy by IPv6', '2001:db8:a::5', '2001:DB8:b:0::1', '2001:db8:b::1'],
    ['our proxy by its one address', '192.0.2.7', '203.0.113.9', '203.0.113.9'],
    ['its neighbour', '192.0.2.8', '203.0.113.9', '192.0.2.8'],
    ['our proxy, of a client that forges', '10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['two proxies', '10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['two proxies with ports', '10.0.0.1', '1.1.1.1, 203.0.113.9:4711, 10.0.0.2:80', '203.0.113.9'],
    ['a client that pretends to be a proxy', '10.0.0.1', '1.1.1.1, 10.0.0.3', '1.1.1.1'],
    ['our proxies alone', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    ['our proxy with no word', '10.0.0.1', undefined, '10.0.0.1'],
    ['our proxy with an empty word', '10.0.0.1', '', '10.0.0.1'],
    ['our proxy that does not know', '10.0.0.1', '1.1.1.1, unknown', '10.0.0.1'],
    ['junk behind a proxy', '10.0.0.1', '1.1.1.1, <script>, 10.0.0.2', '10.0.0.2'],
    ['nobody any more', undefined, '1.1.1.1', ''],
  ])('for %s', (_who, peer, forwarded, address) => {
    expect(trusting(request(peer, forwarded))).toBe(address);
  });

  it('is that of the socket while no proxy is named', () => {
    expect(createClientAddress()(request('127.0.0.1', '1.1.1.1'))).toBe('127.0.0.1');
  });

  it('is found in a header of any length at once', () => {
    const forged = Array(8_000).fill('10.0.0.9').join(',');
    const begun = performance.now();
    for (let count = 0; count < 100; count += 1) {
      expect(trusting(request('10.0.0.1', `${forged}, 203.0.113.9`))).toBe('203.0.113.9');
    }
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe('proxyProblem', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32', '::ffff:10.0.0.0/104', '10.0.0.0/1'])(
    'finds none with %s',
    (entry) => {
      expect(proxyProblem(entry)).toBeNull();
    },
  );

  it.each([
    'loopback',
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/8.5',
    '::ffff:10.0.0.0/8',
    '2001:db8::/129',
    '*',
    '10.0.0.1:80',
  ])('says how %s has to be written', (entry) => {
    expect(proxyProblem(entry)).toContain('must be an IP address or a network');
  });

  it.each(['0.0.0.0/0', '::/0'])('says that %s is everybody', (entry) => {
    expect(proxyProblem(entry)).toContain('is everybody');
  });
});
