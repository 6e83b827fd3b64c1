import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeBackendName, fakeBackendPath } from './fake-backend-path.js';

/** Numbers that some fakes take; each is ignored by the fakes that have no use for it. */
export interface FakeParameters {
  /**
   * Milliseconds that `ready-after` (300), `floods-log-while-loading` (500) and `does-as-told` (0) load for, and
   * that `works-deaf` (1000) works.
   */
  readonly delayMs?: number;
  /** Exit code of `crashes-later` (3) and `exits-early` (1). */
  readonly exitCode?: number;
  /** Milliseconds from ready until `crashes-later` crashes by itself. Not set: it waits to be told. */
  readonly crashAfterMs?: number;
  /** Milliseconds between the words of a streamed answer. Default 0. */
  readonly tokenMs?: number;
  /** How many slots `does-as-told` says that it has (4). */
  readonly slots?: number;
  /** 1 for a `does-as-told` that closes a connection in the moment in which a second request comes on it. */
  readonly cutsReused?: number;
  /** 1 for a `does-as-told` that keeps the whole file of its model in memory. */
  readonly loadsModel?: number;
  /** 1: `does-as-told` tells at /slots how many requests it works on. */
  readonly tellsSlots?: number;
  /** How many lines the floods write. Default: no end. */
  readonly lines?: number;
  /** How many lines a second the floods write. Default: as many as they can. */
  readonly linesPerSecond?: number;
  /** Milliseconds after which a forgotten fake exits by itself, with 86. Default 30 minutes. */
  readonly lifetimeMs?: number;
}

/** Options of {@link makeFakeCommand}. */
export interface FakeCommandOptions extends FakeParameters {
  /** Where to write the command; made if missing. Default: `llamactl-fakes` in the system's temporary folder. */
  readonly dir?: string;
}

/**
 * Writes a tiny executable that runs a fake backend with the given parameters, for callers that
 * can pass a command's path but neither environment variables nor arguments of their own.
 *
 * @returns The absolute path of the command. It is a file of its own, named after the fake.
 *
 * @example
 * ```ts
 * const slow = await makeFakeCommand('ready-after', { dir: dir.path, delayMs: 2000 });
 * ```
 */
export async function makeFakeCommand(
  name: FakeBackendName,
  { dir = join(tmpdir(), 'llamactl-fakes'), ...parameters }: FakeCommandOptions = {},
): Promise<string> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, `${name}-${randomUUID().slice(0, 8)}`);
  await writeFile(path, script(fakeBackendPath(name), parameters), { mode: 0o755, flag: 'wx' });
  return path;
}

function script(fake: string, parameters: FakeParameters): string {
  const assignments = Object.entries(parameters).map(
    ([name, value]) => `export ${variableName(name)}=${quote(String(value))}`,
  );
  // Naming this node keeps the fake independent of the PATH that it is given.
  const command = fake.endsWith('.mjs') ? [process.execPath, fake] : [fake];
  return ['#!/bin/sh', ...assignments, `exec ${command.map(quote).join(' ')} "$@"`, ''].join('\n');
}

function variableName(parameter: string): string {
  return `FAKE_${parameter.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
