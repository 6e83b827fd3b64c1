import { stat } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { olderFile, olderNumbers } from '../../src/logs/log-files.js';
import { startLineWriter } from './line-writer.js';
import { openPlainLog } from './plain-log.js';

/** How to flood a log. */
export interface Flood {
  readonly file: string;
  readonly maxFileBytes: number;
  readonly maxFiles?: number;
  /** How many lines are written; 0 for as many as there is time for. */
  readonly lines: number;
  /** Time after which the writer is killed if it has not ended, in milliseconds. */
  readonly forMs: number;
  /** 0 for as fast as they go. */
  readonly bytesPerSecond: number;
}

/** What came of a flood. */
export interface FloodFigures {
  /** Number of the last line. */
  readonly lines: number;
  readonly megabytesPerSecond: number;
  /** Lines that were neither handed out nor told as skipped, or came twice, or out of order. */
  readonly wrong: number;
  readonly skippedLines: number;
  readonly skippedBytes: number;
  readonly rotations: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMostMs: number;
  /** Memory that came to this process after a tenth of the flood. */
  readonly grownMegabytes: number;
  /** Most that lay on disk at any time. */
  readonly mostDiskBytes: number;
}

/** Floods a log that is followed, from its first line on, and measures. */
export async function floodLog(flood: Flood): Promise<FloodFigures> {
  const { file, maxFileBytes, maxFiles = 5, lines, forMs, bytesPerSecond } = flood;
  await using writer = startLineWriter(file, lines, bytesPerSecond, { isHeld: true });
  let rotations = 0;
  const pauseWriters = () => {
    rotations += 1;
    return writer.pause();
  };
  await using log = openPlainLog(file, { maxFileBytes, maxFiles, pauseWriters });
  const count = countEntries();
  log.onEntry(count.add);
  await log.follow();
  const loop = monitorEventLoopDelay({ resolution: 5 });
  const startedAt = performance.now();
  writer.begin();
  loop.enable();
  const lastsMs = lines > 0 && bytesPerSecond > 0 ? (lines * 95_000) / bytesPerSecond : forMs;
  const earlyMs = lastsMs / 10;
  let mostDiskBytes = 0;
  let early = 0;
  let most = 0;
  let hasEnded = false;
  void writer.ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded && performance.now() - startedAt < forMs) {
    mostDiskBytes = Math.max(mostDiskBytes, await bytesOnDisk(file));
    const { rss } = process.memoryUsage();
    if (performance.now() - startedAt < earlyMs) early = Math.max(early, rss);
    most = Math.max(most, rss);
    await delay(20);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  loop.disable();
  await writer[Symbol.asyncDispose]();
  await log.unfollow();
  return {
    ...count.result(),
    megabytesPerSecond: Math.round((count.result().lines * 95) / seconds / 1e5) / 10,
    rotations,
    loopDelayP99Ms: Math.round(loop.percentile(99) / 1e6),
    loopDelayMostMs: Math.round(loop.max / 1e6),
    grownMegabytes: Math.round(Math.max(0, most - early) / 1e6),
    mostDiskBytes,
  };
}

/** Counts entries `line N …` as they come, and those that stand for skipped ones. */
function countEntries() {
  let last = 0;
  let skippedLines = 0;
  let skippedBytes = 0;
  const wrongAt: number[] = [];
  return {
    add({ seq, message }: { seq: number; message: string }) {
      const skip = /^(?<lines>\d+) lines \((?<bytes>\d+) bytes\) were skipped/.exec(
        message,
      )?.groups;
      const skipped = Number(skip?.lines ?? 0);
      skippedLines += skipped;
      skippedBytes += Number(skip?.bytes ?? 0);
      const isRight = skip ? seq === last + skipped : message.startsWith(`line ${last + 1} `);
      if (!isRight || (!skip && seq !== last + 1)) wrongAt.push(seq);
      last = seq;
    },
    result() {
      // The last line is cut short where the writer was killed.
      const wrong = wrongAt.filter((seq) => seq !== last).length;
      return { lines: last, wrong, skippedLines, skippedBytes };
    },
  };
}

async function bytesOnDisk(file: string): Promise<number> {
  const older = (await olderNumbers(file)).map((number) => olderFile(file, number));
  const sizes = await Promise.all(
    [file, ...older].map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
