import { join } from 'node:path';
import type { InstanceDefinition } from '@llamactl/contract';
import type { InstanceLog } from '../logs/instance-log.js';
import { openInstanceLog } from '../logs/open-instance-log.js';
import { pauseGroup } from '../process/pause-group.js';
import type { ActiveRun } from './active-run.js';
import type { InstanceContext } from './instance-context.js';
import { secretsOf } from './secrets-of.js';

/** What the log is asked about while it is read. */
interface LogSource {
  readonly definition: () => InstanceDefinition;
  /** The run that writes it, if there is one. */
  readonly active: () => ActiveRun | null;
}

/** Opens the log of an instance: lines are read as its backend writes them, without its secrets. */
export function openLog(context: InstanceContext, { definition, active }: LogSource) {
  const backendOf = ({ backend }: InstanceDefinition) => context.backends[backend];
  const file = join(context.logsDir, `${definition().name.toLowerCase()}.log`);
  const log: InstanceLog = openInstanceLog({
    file,
    maxFileBytes: context.maxLogFileBytes,
    maxFiles: context.maxLogFiles,
    parseLine: (line) => {
      const backend = active()?.backend ?? backendOf(definition());
      return backend?.parseLine(line) ?? { level: 'info', message: line, elapsedMs: null };
    },
    pauseWriters: async () => {
      const run = active()?.run;
      return run ? pauseGroup(run) : null;
    },
  });
  // What earlier runs have printed.
  log.hide(secretsOf(definition(), backendOf(definition())));
  return { log, logFile: file };
}
