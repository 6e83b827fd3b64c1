import type { FileHandle } from 'node:fs/promises';
import type { LogEntry } from '@llamactl/contract';
import type { ParsedLine } from '../backends/backend.js';
import { EntryMaker } from './entry-maker.js';
import { FileCursor } from './file-cursor.js';
import type { FileIndex, Segment } from './file-index.js';
import { rankOf } from './level-order.js';
import { LineSplitter } from './line-splitter.js';

/** Which entries to find. */
export interface HistoryQuery {
  /** How many, the newest ones. */
  readonly count: number;
  /** Rank of the least serious level. */
  readonly minimumRank: number;
  /** Only those with a smaller sequence number. */
  readonly beforeSeq: number;
}

/** Reads the newest entries that a file has for a query, oldest first, and no more of it than needed. */
export async function readIndexed(
  handle: FileHandle,
  index: FileIndex,
  parseLine: (line: string) => ParsedLine,
  query: HistoryQuery,
): Promise<LogEntry[]> {
  let found: LogEntry[] = [];
  for (const segment of index.newestFirst()) {
    if (found.length >= query.count) break;
    if (segment.position.seq >= query.beforeSeq || segment.rank < query.minimumRank) continue;
    const entries = await readSegment(handle, segment, parseLine, query);
    found = [...entries, ...found].slice(-query.count);
  }
  return found;
}

async function readSegment(
  handle: FileHandle,
  segment: Segment,
  parseLine: (line: string) => ParsedLine,
  { count, minimumRank, beforeSeq }: HistoryQuery,
): Promise<LogEntry[]> {
  let found: LogEntry[] = [];
  const take = (entry: LogEntry) => {
    if (entry.seq >= beforeSeq || rankOf(entry.level) < minimumRank) return;
    found.push(entry);
    // A segment of lines that were skipped can be long.
    if (found.length >= 2 * count) found = found.slice(-count);
  };
  const maker = new EntryMaker(parseLine, segment.position);
  const start = { offset: segment.start, rest: 'none' } as const;
  const cursor = new FileCursor(start, new LineSplitter(), maker);
  await cursor.readTo(segment.end, handle, 'later', take);
  cursor.endLine('later', take);
  return found.slice(-count);
}
