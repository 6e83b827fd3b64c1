import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findLlamaServer } from '@llamactl/testkit';
import { parseFlagTable } from '../../../src/backends/llama-cpp/flag-table.js';

/** Path of the real llama-server. */
export async function realServer(): Promise<string> {
  return (await findLlamaServer()).path;
}

/** The help of the real llama-server, as text and as read. */
export async function realFlagTable() {
  const { stdout } = await promisify(execFile)(await realServer(), ['--help']);
  return { help: stdout, table: parseFlagTable(stdout) };
}
