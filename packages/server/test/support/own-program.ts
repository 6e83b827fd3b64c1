import { join } from 'node:path';
import { processesWithMarker, type SpawnedProgram, spawnProgram } from '@llamactl/testkit';

/** What a server program is started with. */
export interface OwnProgramOptions {
  /** Path of the built program. */
  readonly cli: string;
  /** Its home; the data are in `data` in there. */
  readonly home: string;
  /** The executable of its instances. */
  readonly command: string;
  /** Further settings, by environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: any free one. */
  readonly port?: number;
}

/** Starts the server program; what it runs is found again by {@link processesOf}, whoever ends it. */
export function runOwnProgram(options: OwnProgramOptions): Promise<SpawnedProgram> {
  const { cli, home, command, settings, port = 0 } = options;
  const args = [cli, '--port', String(port), '--data-dir', join(home, 'data')];
  return spawnProgram(process.execPath, args, {
    cwd: home,
    env: {
      HOME: home,
      LLAMACTL_BACKENDS__LLAMA_CPP__COMMAND: command,
      LLAMACTL_BACKENDS__LLAMA_CPP__ENV: JSON.stringify({ LLAMACTL_TEST_HOME: home }),
      LLAMACTL_RATE_LIMIT__ENABLED: 'false',
      ...settings,
    },
  });
}

/** Whatever lives that was started for an instance of a program with that home. */
export function processesOf(home: string): number[] {
  return processesWithMarker(`LLAMACTL_TEST_HOME=${home}`).filter((pid) => pid !== process.pid);
}
