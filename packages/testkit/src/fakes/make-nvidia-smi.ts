import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a fake `nvidia-smi` answers. */
export interface FakeNvidiaSmi {
  /** What each process of this machine takes of a GPU: MiB, or a word such as `[N/A]`. */
  readonly used: number | string;
  /** Exit code. Default: 0. */
  readonly exitCode?: number;
}

/**
 * Writes a tiny program `nvidia-smi` that knows the one question which Llamactl asks it, for a folder in the PATH of
 * tests on machines without such a GPU. Each call adds a line to `nvidia-smi.calls` beside it.
 *
 * @returns The absolute path of the program.
 */
export async function makeNvidiaSmi(
  dir: string,
  { used, exitCode = 0 }: FakeNvidiaSmi,
): Promise<string> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'nvidia-smi');
  await writeFile(path, script({ used, exitCode }), { mode: 0o755 });
  return path;
}

/** The question has its own spelling, so that a change of it shows. */
function script({ used, exitCode }: Required<FakeNvidiaSmi>): string {
  return `#!/bin/sh
PATH=/usr/bin:/bin
echo "$*" >> "$0.calls"
[ "$*" = '--query-compute-apps=pid,used_gpu_memory --format=csv,noheader,nounits' ] || exit 2
ps -A -o pid= | while read -r pid; do echo "$pid, ${used}"; done
exit ${exitCode}
`;
}
