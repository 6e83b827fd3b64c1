import { isIP } from 'node:net';

/**
 * Reads an address as sockets and X-Forwarded-For have it, with or without port, brackets and zone, into its
 * one plain form: IPv4 that is mapped into IPv6 as IPv4, any other IPv6 shortened. null for what is none.
 */
export function plainAddress(text: string): string | null {
  const [, bracketed, beforePort] = /^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
  const address = (bracketed ?? beforePort ?? text).replace(/%.*$/, '');
  const version = isIP(address);
  if (version === 0) return null;
  // Put together anew: a slice would keep the whole header that it was cut out of in memory.
  if (version === 4) return address.split('.').join('.');
  const shortened = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(shortened) ?? [];
  return high && low ? dotted(high, low) : shortened;
}

/**
 * What an address is told apart by: an IPv4 address, or the first 64 bits of an IPv6 one, as whoever has one
 * of those has all of its network.
 *
 * @param address - In its plain form.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

function groupsOf(part: string): string[] {
  return part === '' ? [] : part.split(':');
}

function dotted(high: string, low: string): string {
  const value = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
}
