import { runForOutput } from '../process/run-for-output.js';

/** Bytes of GPU memory by process id; null where the driver does not tell. */
export type ComputeApps = ReadonlyMap<number, number | null>;

const query = ['--query-compute-apps=pid,used_gpu_memory', '--format=csv,noheader,nounits'];
/** A driver that is in trouble may never answer. */
const timeoutMs = 5_000;
const maxBytes = 2 ** 20;

/**
 * What the programs that compute on GPUs of NVIDIA take, as the tool of their driver tells; null when it does not
 * answer. Never rejects.
 */
export async function askNvidiaSmi(file: string): Promise<ComputeApps | null> {
  try {
    const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C' };
    const output = await runForOutput({ file, args: query, env, timeoutMs, maxBytes });
    return output.problem === null ? parseComputeApps(output.stdout) : null;
  } catch {
    return null;
  }
}

/**
 * Reads lines of `pid, MiB`, one for each process and GPU. A word in place of the figure, such as `[N/A]`, means that
 * the driver does not tell: unknown, unless the process has a figure on another GPU.
 */
export function parseComputeApps(csv: string): ComputeApps {
  const apps = new Map<number, number | null>();
  for (const [, pid, figure = ''] of csv.matchAll(/^[ \t]*(\d+)[ \t]*,[ \t]*(.*?)[ \t]*$/gm)) {
    const known = apps.get(Number(pid)) ?? null;
    const bytes = /^\d+$/.test(figure) ? Number(figure) * 2 ** 20 : null;
    apps.set(Number(pid), bytes === null ? known : (known ?? 0) + bytes);
  }
  return apps;
}
