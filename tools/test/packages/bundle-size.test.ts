import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { describe, expect, test } from 'vitest';
import { bundleBytes, mostClientBytes, sizeVerdict } from '../../packages/bundle-size.mjs';

async function bytesOf(text: string): Promise<number> {
  await using dir = await tempDir('bundle-size-');
  const entry = join(dir.path, 'entry.js');
  await writeFile(entry, text);
  return await bundleBytes(entry);
}

describe('bundleBytes', () => {
  test('counts what is exported, compressed, and nothing else', async () => {
    const noise = randomBytes(30_000).toString('base64');
    const exported = await bytesOf(`export const noise = '${noise}';`);
    expect(exported).toBeGreaterThan(29_000);
    expect(exported).toBeLessThan(41_000);
    expect(await bytesOf(`const noise = '${noise}'; export const a = 1;`)).toBeLessThan(100);
  });

  test('cannot bundle what needs Node', async () => {
    await expect(bytesOf(`export * from 'node:fs';`)).rejects.toThrow('node:fs');
  });
});

describe('sizeVerdict', () => {
  test('is no for one byte too much', () => {
    expect(sizeVerdict('x', mostClientBytes, mostClientBytes)).toEqual({
      fits: true,
      text: 'x: 40.0 kB brotli in a browser, of 40.0 kB',
    });
    const { fits, text } = sizeVerdict('x', mostClientBytes + 1, mostClientBytes);
    expect(fits).toBe(false);
    expect(text).toContain('more than 40.0 kB');
  });
});
