import { randomBytes } from 'node:crypto';

/** Two numbers of 32 bits that stand for a text. */
export type Fingerprint = readonly [set: number, tag: number];

/**
 * Returns what makes fingerprints of short texts, quickly and without keeping the texts. They differ from server
 * to server, so that nobody can look for two texts with the same one.
 */
export function createFingerprint(seed: Buffer = randomBytes(8)): (text: string) => Fingerprint {
  const seeds = [seed.readUInt32LE(0), seed.readUInt32LE(4)] as const;
  return (text) => {
    let [a, b]: [number, number] = [...seeds];
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      a = Math.imul(a ^ unit, 0x9e3779b1);
      b = Math.imul(b ^ unit, 0x85ebca77);
      a ^= b >>> 15;
      b ^= a >>> 13;
    }
    return [mixed(a), mixed(b ^ text.length)];
  };
}

/** Spreads each bit over all others. */
function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
