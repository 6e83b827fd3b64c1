import { describe, expect, it } from 'vitest';
import { createFingerprint } from '../../src/rate-limit/fingerprint.js';

describe('createFingerprint', () => {
  const addresses = Array.from(
    { length: 200_000 },
    (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
  );

  it('tells apart what differs, and knows again what does not', () => {
    const fingerprint = createFingerprint();
    const seen = new Set(addresses.map((address) => fingerprint(address).join()));
    expect(seen.size).toBe(addresses.length);
    expect(fingerprint('10.0.0.1')).toEqual(fingerprint('10.0.0.1'));
  });

  it('spreads neighbours evenly', () => {
    const fingerprint = createFingerprint();
    const sets = new Uint32Array(1_024);
    for (const address of addresses) {
      const set = fingerprint(address)[0] % sets.length;
      sets[set] = Number(sets[set]) + 1;
    }
    // 195 on average; with chance alone, one far from it is rarer than one in millions.
    expect(Math.max(...sets)).toBeLessThan(290);
    expect(Math.min(...sets)).toBeGreaterThan(110);
  });

  it('differs from server to server', () => {
    expect(createFingerprint()('10.0.0.1')).not.toEqual(createFingerprint()('10.0.0.1'));
  });
});
