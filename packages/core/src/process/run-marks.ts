import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../storage/atomic-write.js';

const readyFile = 'ready';
const stopFile = 'stop.json';

/** How a run that is being stopped is to end. */
export interface StopMark {
  /** When whatever still lives is killed, in ISO 8601. */
  readonly kill_at: string;
  /** How far ahead that was when it was noted, in milliseconds; null when an older release noted it. */
  readonly within_ms: number | null;
  /** Whether it is started again once it is stopped. */
  readonly restart: boolean;
  /** Whether requests shall not start it then. */
  readonly hold: boolean;
}

/** Notes in a run's folder that it was ready, and when. A run that is tied gets none: its guard knows all of its files. */
export async function markReady(runDir: string, at: Date): Promise<void> {
  await writeFile(join(runDir, readyFile), `${at.toISOString()}\n`, { mode: 0o600 });
}

/** When the run was ready; null when it was not, or that is not known. */
export async function readReadyMark(runDir: string): Promise<Date | null> {
  const text = await readFile(join(runDir, readyFile), 'utf8').catch(() => '');
  const at = Date.parse(text.trim());
  return Number.isNaN(at) ? null : new Date(at);
}

/**
 * Notes in a run's folder that it is being stopped, so that whoever comes later goes on with that.
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR
 */
export async function markStopping(runDir: string, mark: StopMark): Promise<void> {
  await writeFileAtomic(join(runDir, stopFile), `${JSON.stringify(mark)}\n`);
}

/** Whether and how the run is being stopped. */
export async function readStopMark(runDir: string): Promise<StopMark | null> {
  const text = await readFile(join(runDir, stopFile), 'utf8').catch(() => '');
  try {
    const { kill_at, within_ms: left, restart, hold } = JSON.parse(text) as Partial<StopMark>;
    if (typeof kill_at !== 'string' || Number.isNaN(Date.parse(kill_at))) return null;
    const within_ms = typeof left === 'number' ? left : null;
    return { kill_at, within_ms, restart: restart === true, hold: hold === true };
  } catch {
    return null;
  }
}
