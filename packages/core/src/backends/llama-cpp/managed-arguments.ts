import type { Assignment } from './arguments.js';
import type { FlagTable } from './flag-table.js';
import { classOf, spellingsOf, withoutDashes } from './option-classes.js';

/** What llamactl decides for an instance. */
export interface ManagedSettings {
  readonly host: string;
  readonly port: number;
  readonly modelPath: string;
}

/** The arguments that llamactl adds, as far as the build has the flags and the definition does not set them. */
export function managedArguments(
  { host, port, modelPath }: ManagedSettings,
  assignments: readonly Assignment[],
  table: FlagTable,
): string[] {
  const has = (flag: string) => table.find(flag) !== undefined;
  const isSet = (flag: string) => assignments.some(({ entry }) => entry === table.find(flag));
  const add = (flag: string, ...values: string[]) =>
    has(flag) && !isSet(flag) ? [flag, ...values] : [];
  return [
    ...add('--model', modelPath),
    ...add('--host', host),
    ...add('--port', String(port)),
    // No page has the origin "none" (one without origin sends "null"), so no page gets in.
    ...add('--cors-origins', 'none'),
    ...add('--no-cors-credentials'),
    ...(assignments.some(isDownload) ? [] : add('--offline')),
    ...add('--threads-http', String(httpThreads(assignments))),
    ...add('--metrics'),
    ...logArguments(table),
  ];
}

/** JSON lines where the build has them, else lines with level and time. */
function logArguments(table: FlagTable): string[] {
  const present = (flag: string) => (table.find(flag) === undefined ? [] : [flag]);
  // Older builds count verbosity in another way, where 3 would be a flood.
  const counts = /^\W*3: info/m.test(table.find('--log-verbosity')?.description ?? '');
  const format = present('--log-jsonl');
  return [
    ...(counts ? ['--log-verbosity', '3'] : []),
    ...(format.length > 0 ? format : [...present('--log-prefix'), ...present('--log-timestamps')]),
  ];
}

/**
 * Each connection holds a thread, and /health needs one too: with the server's own number, a few more
 * clients than slots made it look dead.
 */
function httpThreads(assignments: readonly Assignment[]): number {
  const parallel = assignments.find(({ entry }) => entry.flags.includes('--parallel'));
  const slots = Number(parallel?.values.at(-1) ?? defaultSlots);
  return Math.max(32, (Number.isFinite(slots) ? slots : defaultSlots) + 16);
}

/** What a server takes when it is not told. */
const defaultSlots = 4;

function isDownload({ entry }: Assignment): boolean {
  const names = entry.flags.flatMap((flag) => spellingsOf(withoutDashes(flag), entry));
  const optionClass = classOf(names, entry);
  return optionClass.kind === 'denied' && optionClass.why === 'downloads';
}
