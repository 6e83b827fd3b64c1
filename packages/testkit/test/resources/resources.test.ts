import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort, occupyPort, seededRandom, tempDir, waitFor } from '../../src/index.js';

describe('tempDir', () => {
  it('goes with what is in it at the end of the block', async () => {
    let path: string;
    {
      await using dir = await tempDir('testkit-');
      path = dir.path;
      await writeFile(join(path, 'file'), 'x');
    }
    expect(path).toMatch(/testkit-\w+$/);
    await expect(access(path)).rejects.toThrow('ENOENT');
  });

  it('may be removed twice', async () => {
    const dir = await tempDir();
    await dir.remove();
    await expect(dir.remove()).resolves.toBeUndefined();
  });
});

describe('freePort and occupyPort', () => {
  it('gives another port each time, also while none is in use', async () => {
    const ports: number[] = [];
    while (ports.length < 500) ports.push(await freePort());
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('finds a port that can be occupied, and again after it was closed', async () => {
    const port = await freePort();
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_768);
    {
      await using foreign = await occupyPort(port);
      expect(foreign.port).toBe(port);
      await expect(occupyPort(port)).rejects.toThrow('EADDRINUSE');
    }
    await using again = await occupyPort(port);
    expect(again.host).toBe('127.0.0.1');
  });

  it('answers healthy to everything and counts', async () => {
    await using foreign = await occupyPort();
    const response = await fetch(`http://127.0.0.1:${foreign.port}/health`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    expect(foreign.requestCount).toBe(1);
  });

  it('rejects an address that is not ours', async () => {
    await expect(freePort('192.0.2.1')).rejects.toThrow('EADDRNOTAVAIL');
    await expect(occupyPort(0, '192.0.2.1')).rejects.toThrow('EADDRNOTAVAIL');
  });
});

describe('waitFor', () => {
  it('resolves with the first truthy value', async () => {
    let count = 0;
    expect(await waitFor(() => (++count === 3 ? count : undefined))).toBe(3);
  });

  it('takes a throwing condition for one that does not hold yet', async () => {
    let count = 0;
    const condition = async () => {
      if (++count < 3) throw new Error('too early');
      return 'now';
    };
    expect(await waitFor(condition)).toBe('now');
  });

  it('says what it waited for and what it saw last', async () => {
    const options = { timeoutMs: 20, message: 'a miracle' };
    await expect(waitFor(() => 0, options)).rejects.toThrow(
      'waited 20 ms for a miracle; last value: 0',
    );
    const failing = () => {
      throw new Error('no');
    };
    await expect(waitFor(failing, options)).rejects.toThrow('last error: Error: no');
  });

  it('gives up on a condition that never answers', async () => {
    const never = () => new Promise<boolean>(() => {});
    await expect(waitFor(never, { timeoutMs: 20 })).rejects.toThrow('waited 20 ms');
  });
});

describe('seededRandom', () => {
  const numbersOf = (seed: number) => Array.from({ length: 1_000 }, seededRandom(seed));

  it('gives the same numbers for the same seed, others for another, all from 0 to below 1', () => {
    const numbers = numbersOf(7);
    expect(numbersOf(7)).toEqual(numbers);
    expect(numbersOf(8)).not.toEqual(numbers);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
