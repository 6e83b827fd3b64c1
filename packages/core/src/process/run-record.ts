import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../storage/atomic-write.js';
import { newerVersion } from '../storage/newer-version.js';
import { hasErrno } from '../storage/storage-error.js';

const recordFile = 'run.json';
const version = 1;

/** What is kept of a run in `run.json` in its folder, so that a later manager can find it again. */
export interface RunRecord {
  readonly version: 1;
  readonly instance: string;
  readonly token: string;
  /** SHA-256 of the executable and its arguments, which may hold secrets, joined by NUL. */
  readonly argv_hash: string;
  readonly log_file: string;
  readonly tied: boolean;
  /** What whoever started it needs to go on with it later; null for a run that is tied. */
  readonly facts: object | null;
  readonly started_at: string;
  readonly boot_id: string;
  /** Of the backend; this and what follows is null until it has been spawned. */
  readonly pid: number | null;
  /** Empty when it had ended before anyone could look. */
  readonly started_ticks: string | null;
  readonly shim_pid: number | null;
  readonly shim_started_ticks: string | null;
  readonly guard_pid: number | null;
  readonly guard_started_ticks: string | null;
}

/**
 * Writes a run's record.
 *
 * @param durable - Whether there must be the old or the new one even after a crash or a power cut. That
 *   of a run that is tied to this process need not outlive it.
 * @throws LlamactlError STORAGE_FULL, STORAGE_ERROR
 */
export async function writeRunRecord(
  runDir: string,
  record: RunRecord,
  durable: boolean,
): Promise<void> {
  const file = join(runDir, recordFile);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if (durable) await writeFileAtomic(file, text);
  else await writeFile(file, text, { mode: 0o600 });
}

/** What a run's folder turned out to have for a record. */
export type FoundRecord =
  | { readonly kind: 'good'; readonly record: RunRecord }
  | { readonly kind: 'none' }
  | { readonly kind: 'newer'; readonly file: string; readonly version: number }
  | { readonly kind: 'broken'; readonly reason: string };

/** Looks at a run's record; never rejects. */
export async function findRunRecord(runDir: string): Promise<FoundRecord> {
  const file = join(runDir, recordFile);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return { kind: 'none' };
    return { kind: 'broken', reason: error instanceof SyntaxError ? 'it is not JSON' : `${error}` };
  }
  const newer = newerVersion(content, version);
  if (newer !== null) return { kind: 'newer', file, version: newer };
  if (isRunRecord(content)) return { kind: 'good', record: content };
  return { kind: 'broken', reason: 'it does not hold what a record does' };
}

/** Reads a run's record; null when there is none or it cannot be understood. */
export async function readRunRecord(runDir: string): Promise<RunRecord | null> {
  const found = await findRunRecord(runDir);
  return found.kind === 'good' ? found.record : null;
}

/** See {@link RunRecord.argv_hash}. */
export function hashArguments(file: string, args: readonly string[]): string {
  return createHash('sha256')
    .update([file, ...args].join('\0'))
    .digest('hex');
}

const kinds = {
  instance: ['string'],
  token: ['string'],
  argv_hash: ['string'],
  log_file: ['string'],
  tied: ['boolean'],
  facts: ['object', 'null'],
  started_at: ['string'],
  boot_id: ['string'],
  pid: ['number', 'null'],
  started_ticks: ['string', 'null'],
  shim_pid: ['number', 'null'],
  shim_started_ticks: ['string', 'null'],
  guard_pid: ['number', 'null'],
  guard_started_ticks: ['string', 'null'],
} as const satisfies Record<Exclude<keyof RunRecord, 'version'>, readonly string[]>;

function isRunRecord(value: unknown): value is RunRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  if (record.version !== version) return false;
  return Object.entries(kinds).every(([key, allowed]) => {
    const kind = record[key] === null ? 'null' : typeof record[key];
    return (allowed as readonly string[]).includes(kind);
  });
}
