import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { hasErrno } from '../storage/storage-error.js';

/** Path of an older file of a log; 1 is the newest of them. */
export function olderFile(file: string, number: number): string {
  return `${file}.${number}`;
}

/** Path of the copy that a rotation makes; what a crash leaves of it is of no use. */
export function draftFile(file: string): string {
  return `${file}.rotating`;
}

/** Numbers of the older files that exist, the newest first. */
export async function olderNumbers(file: string): Promise<number[]> {
  const prefix = `${basename(file)}.`;
  const names = await readdir(dirname(file)).catch((error: unknown) => {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  });
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((number) => /^[1-9]\d{0,8}$/.test(number))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Makes room for a new first older file: each moves on by one, those beyond `maxOlder` are removed. */
export async function shiftOlder(file: string, maxOlder: number): Promise<void> {
  const numbers = await olderNumbers(file);
  // After an interrupted rotation a number may be missing; those behind it can stay where they are.
  const gap = numbers.findIndex((number, index) => number !== index + 1);
  for (const number of numbers.toReversed()) {
    const moves = gap < 0 || number <= gap;
    const next = moves ? number + 1 : number;
    if (next > maxOlder) await rm(olderFile(file, number), { force: true });
    else if (moves) await rename(olderFile(file, number), olderFile(file, next));
  }
}

/** Removes the oldest of the older files, to free space; false when there is none. */
export async function removeOldest(file: string): Promise<boolean> {
  const oldest = (await olderNumbers(file)).at(-1);
  if (oldest === undefined) return false;
  await rm(olderFile(file, oldest), { force: true });
  return true;
}

/** Removes all files of a log. */
export async function removeLogFiles(file: string): Promise<void> {
  const older = (await olderNumbers(file)).map((number) => olderFile(file, number));
  for (const path of [file, draftFile(file), ...older]) await rm(path, { force: true });
}
