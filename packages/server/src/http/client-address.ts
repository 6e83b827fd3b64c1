import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { plainAddress } from './address.js';

/** The address that a request comes from, as limits go by it. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * The address of the socket or, when that is a proxy of ours, the last one in X-Forwarded-For that is not. Each
 * proxy adds the address that it was called from at the end, so what stands before the last stranger was said
 * by that stranger, and is not believed; nor is anything before something that is no address.
 *
 * @param trustedProxies - Addresses and networks, as the configuration was found to have them
 */
export function createClientAddress(trustedProxies: readonly string[] = []): ClientAddress {
  const isTrusted = createTrust(trustedProxies);
  return ({ socket, headers }) => {
    const peer = plainAddress(socket.remoteAddress ?? '') ?? '';
    const forwarded = headers['x-forwarded-for'];
    if (trustedProxies.length === 0 || forwarded === undefined || !isTrusted(peer)) return peer;
    let client = peer;
    for (const hop of String(forwarded).split(',').reverse()) {
      const address = plainAddress(hop.trim());
      if (address === null) return client;
      client = address;
      if (!isTrusted(address)) return client;
    }
    return client;
  };
}

/** What is wrong with an entry of `server.trusted_proxies`, for the end of a sentence; null for nothing. */
export function proxyProblem(entry: string): string | null {
  const network = readNetwork(entry);
  if (network === null) return 'must be an IP address or a network, as in 10.0.0.0/8';
  if (network.bits > 0) return null;
  return 'is everybody, who could then name any address as their own; name the proxies';
}

interface Network {
  readonly address: string;
  readonly bits: number;
}

function readNetwork(entry: string): Network | null {
  const [text = '', prefix, ...more] = entry.split('/');
  const address = isIP(text) === 0 ? null : plainAddress(text);
  if (address === null || more.length > 0) return null;
  const most = isIP(address) === 6 ? 128 : 32;
  if (prefix === undefined) return { address, bits: most };
  // A mapped IPv4 network counts its bits from the start of the IPv6 address.
  const bits = Number(prefix) - (isIP(text) === 6 ? 128 - most : 0);
  return /^\d{1,3}$/.test(prefix) && bits >= 0 && bits <= most ? { address, bits } : null;
}

function createTrust(entries: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const entry of entries) {
    const network = readNetwork(entry);
    if (network) trusted.addSubnet(network.address, network.bits, family(network.address));
  }
  return (address) => isIP(address) !== 0 && trusted.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
