import { appendFile, readFile, stat } from 'node:fs/promises';
import type { LogEntry } from '@llamactl/contract';

/** The lines of a log file without the marks. */
export async function linesOf(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines.filter((line) => !line.startsWith('--- llamactl '));
}

/** Appends lines as a backend does. */
export async function appendLines(file: string, ...lines: string[]): Promise<void> {
  await appendFile(file, lines.map((line) => `${line}\n`).join(''));
}

/** Whether a file that was too large has been begun anew, up to its mark: the writers of a test are not paused. */
export async function isRotated(file: string, maxBytes: number): Promise<boolean> {
  const { size } = await stat(file);
  return size > 0 && size < maxBytes;
}

export function messagesOf(entries: readonly LogEntry[]): string[] {
  return entries.map(({ message }) => message);
}

export function seqsOf(entries: readonly LogEntry[]): number[] {
  return entries.map(({ seq }) => seq);
}

/** The whole numbers from one to another. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
