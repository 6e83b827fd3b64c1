import type { LogEntry } from '@llamactl/client';
import { printable } from './printable.js';

/** A log entry as a line. */
export function logLine({ timestamp, level, message }: LogEntry): string {
  return `${timestamp} ${level.toUpperCase().padEnd(5)} ${printable(message)}\n`;
}
