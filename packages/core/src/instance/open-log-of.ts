import { join } from 'node:path';
import type { ParsedLine } from '../backends/backend.js';
import type { InstanceLog } from '../logs/instance-log.js';
import { openInstanceLog } from '../logs/open-instance-log.js';
import { pauseGroup } from '../process/pause-group.js';
import type { InstanceContext } from './instance-context.js';
import type { InstanceState } from './instance-state.js';

/** Opens the log of an instance, and tells the file that its process writes to. */
export function openLogOf(
  state: InstanceState,
  context: InstanceContext,
): { log: InstanceLog; logFile: string } {
  const logFile = join(context.logsDir, `${state.name.toLowerCase()}.log`);
  const parseLine = (line: string): ParsedLine => {
    const backend = state.active?.backend ?? context.backends[state.definition.backend];
    return backend?.parseLine(line) ?? { level: 'info', message: line, elapsedMs: null };
  };
  const log = openInstanceLog({
    file: logFile,
    maxFileBytes: context.maxLogFileBytes,
    maxFiles: context.maxLogFiles,
    parseLine,
    pauseWriters: async () => (state.active ? pauseGroup(state.active.run) : null),
  });
  return { log, logFile };
}
