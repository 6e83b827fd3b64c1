import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import {
  findRunRecord,
  hashArguments,
  type RunRecord,
  readRunRecord,
  writeRunRecord,
} from '../../src/process/run-record.js';

const record: RunRecord = {
  version: 1,
  instance: 'llama',
  token: 'abc',
  argv_hash: hashArguments('/bin/x', ['a']),
  log_file: '/log',
  tied: false,
  facts: { port: 8081 },
  started_at: '2026-01-01T00:00:00.000Z',
  boot_id: 'boot',
  pid: 10,
  started_ticks: '1000',
  shim_pid: 9,
  shim_started_ticks: '999',
  guard_pid: null,
  guard_started_ticks: null,
};

test.for([true, false])(
  'a record is read as it was written (durable: %s), and replaced',
  async (durable) => {
    await using dir = await tempDir();
    await writeRunRecord(dir.path, { ...record, pid: null }, durable);
    await writeRunRecord(dir.path, record, durable);
    expect(await readRunRecord(dir.path)).toEqual(record);
    expect(await readdir(dir.path)).toEqual(['run.json']);
  },
);

test('what is no record of this version is none', async () => {
  await using dir = await tempDir();
  expect(await findRunRecord(dir.path)).toEqual({ kind: 'none' });
  await writeRunRecord(dir.path, record, false);
  const file = join(dir.path, 'run.json');
  const whole = await readFile(file, 'utf8');
  const { token: _token, ...incomplete } = record;
  const broken = [
    whole.slice(0, -10),
    JSON.stringify(incomplete),
    JSON.stringify({ ...record, pid: '10' }),
    JSON.stringify({ ...record, version: 2 }),
  ];
  for (const text of broken) {
    await writeFile(file, text);
    expect(await readRunRecord(dir.path)).toBe(null);
    const kind = text.includes('"version":2') ? 'newer' : 'broken';
    expect(await findRunRecord(dir.path)).toMatchObject({ kind });
  }
});

test('the hash tells other arguments apart, and shows none', () => {
  expect(hashArguments('/x', ['a', 'b'])).not.toBe(hashArguments('/x', ['a b']));
  expect(hashArguments('/x', ['--api-key', 'secret'])).toMatch(/^[0-9a-f]{64}$/);
});
