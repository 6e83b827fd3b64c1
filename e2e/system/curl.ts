import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What curl got. */
export interface CurlAnswer {
  readonly status: number;
  readonly headers: string;
  // The tests say what they expect to be in it.
  // biome-ignore lint/suspicious/noExplicitAny: JSON of the answer, as it came
  readonly body: any;
}

const run = promisify(execFile);

/** Runs the real curl, for requests exactly as the documentation writes them. */
export async function curl(...args: string[]): Promise<CurlAnswer> {
  const { stdout } = await run('curl', ['-sS', '--max-time', '30', '-i', ...args]);
  const end = stdout.indexOf('\r\n\r\n');
  const headers = stdout.slice(0, end);
  const text = stdout.slice(end + 4);
  return { status: Number(headers.split(' ')[1]), headers, body: JSON.parse(text) };
}
