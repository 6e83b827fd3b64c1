import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeNvidiaSmi, type TempDir, tempDir } from '@llamactl/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GpuSampler, type GpuSamplerOptions } from '../../src/metrics/gpu-sampler.js';

const mebibyte = 2 ** 20;
const self = [process.pid];

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir();
  // This machine may have the real tool.
  vi.stubEnv('PATH', join(dir.path, 'bin'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await dir.remove();
});

const tool = (used: number | string, exitCode = 0) =>
  makeNvidiaSmi(join(dir.path, 'bin'), { used, exitCode });

async function sampler(options: GpuSamplerOptions = {}): Promise<GpuSampler> {
  const places = { proc: join(dir.path, 'proc'), devices: join(dir.path, 'dri') };
  const gpus = new GpuSampler({ places, pauseMs: 0, ...options });
  await gpus.findSources();
  return gpus;
}

/** Lets a process have a file of a GPU open that belongs to a client. */
async function use(pid: number, file: string, client: number, mib: number): Promise<void> {
  const at = (folder: string) => join(dir.path, 'proc', String(pid), folder);
  for (const folder of ['fd', 'fdinfo']) await mkdir(at(folder), { recursive: true });
  await mkdir(join(dir.path, 'dri'), { recursive: true });
  await symlink(join(dir.path, 'dri', 'renderD128'), join(at('fd'), file));
  const info = `drm-driver: amdgpu\ndrm-client-id: ${client}\ndrm-memory-vram: ${mib} MiB\n`;
  await writeFile(join(at('fdinfo'), file), info);
}

const calls = async () => {
  const text = await readFile(join(dir.path, 'bin', 'nvidia-smi.calls'), 'utf8').catch(() => '');
  return text.split('\n').length - 1;
};

it('knows nothing, and says so at once, where there is nothing to look with', async () => {
  const gpus = await sampler();
  expect(gpus.bytesOf(self)).toBe(null);
  await gpus.look(self);
  expect(gpus.bytesOf(self)).toBe(null);
});

it('asks the tool once somebody wants to know, and for what runs', async () => {
  await tool(300);
  const gpus = await sampler();
  await gpus.look(self);
  expect(await calls()).toBe(0);
  expect(gpus.bytesOf(self)).toBe(undefined);
  await gpus.look([]);
  expect(await calls()).toBe(0);
  await gpus.look(self);
  expect(await calls()).toBe(1);
  expect(gpus.bytesOf(self)).toBe(300 * mebibyte);
  expect(gpus.bytesOf([process.ppid])).toBe(undefined);
});

it('takes what the tool does not tell for unknown', async () => {
  await tool('[N/A]');
  const gpus = await sampler();
  gpus.bytesOf(self);
  await gpus.look([...self, 2 ** 30]);
  expect(gpus.bytesOf(self)).toBe(null);
  expect(gpus.bytesOf([2 ** 30])).toBe(null);
});

it('looks no more often than it may', async () => {
  await tool(300);
  const gpus = await sampler({ pauseMs: 60_000 });
  gpus.bytesOf(self);
  for (let times = 0; times < 3; times++) await gpus.look(self);
  expect(await calls()).toBe(1);
});

it('leaves a tool that fails alone for a while, and finds one that comes later', async () => {
  await tool(300, 9);
  const patient = await sampler();
  patient.bytesOf(self);
  for (let times = 0; times < 3; times++) await patient.look(self);
  expect(await calls()).toBe(1);
  expect(patient.bytesOf(self)).toBe(null);

  await rm(join(dir.path, 'bin'), { recursive: true });
  const gpus = await sampler({ findAgainMs: 0 });
  expect(gpus.bytesOf(self)).toBe(null);
  await tool(20);
  await gpus.look(self);
  expect(gpus.bytesOf(self)).toBe(20 * mebibyte);
});

it('counts a use that processes share once, and adds up what both sources tell', async () => {
  await use(501, '3', 8, 100);
  await use(501, '4', 8, 100);
  await use(501, '5', 9, 50);
  await use(502, '3', 8, 100);
  const gpus = await sampler();
  gpus.bytesOf([501]);
  await gpus.look([501, 502, 503]);
  expect(gpus.bytesOf([501, 502, 503])).toBe(150 * mebibyte);
  expect(gpus.bytesOf([502])).toBe(100 * mebibyte);
  expect(gpus.bytesOf([503])).toBe(null);

  await tool(7);
  await use(process.pid, '3', 8, 100);
  const both = await sampler();
  both.bytesOf(self);
  await both.look(self);
  expect(both.bytesOf(self)).toBe(107 * mebibyte);
});
