import type { LogEntry } from '@llamactl/contract';
import { expect } from 'vitest';

export function expectGapless(entries: readonly LogEntry[]): void {
  const first = entries[0]?.seq ?? 0;
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => first + at));
}

/** Gaps in the numbers that no notice tells of. */
export function unexplainedGaps(entries: readonly LogEntry[]) {
  return entries.filter(({ seq, message }, at) => {
    const step = seq - (entries[at - 1]?.seq ?? seq - 1);
    return step !== 1 && !/left out|skipped/.test(message);
  });
}

/** The entries in a chunked answer. */
export function chunkedEntries(received: string): LogEntry[] {
  const body = received.slice(received.indexOf('\r\n\r\n') + 4);
  const lines = body.replaceAll(/(^|\r\n)[0-9a-f]+\r\n/g, '').split('\n');
  return lines
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));
}
