import type { InstanceDetails, LastExit } from '@llamactl/client';
import { paintStatus } from './paint-status.js';
import { printable } from './printable.js';
import { formatBytes, formatSeconds } from './quantity.js';
import { table } from './table.js';

/** Everything about an instance, one fact per line; facts that there are not are left out. */
export function instanceDetails(instance: InstanceDetails, colour: boolean): string {
  const { status, stats, last_exit } = instance;
  const facts: [name: string, value: string | null][] = [
    ['name', instance.name],
    ['status', status],
    ['failure', instance.failure],
    ['backend', instance.backend],
    ['model', instance.model_path],
    ['port', String(instance.port)],
    ['pid', instance.pid === null ? null : String(instance.pid)],
    ['memory', stats?.memory_usage == null ? null : formatBytes(stats.memory_usage)],
    ['cpu', stats?.cpu_usage == null ? null : `${stats.cpu_usage.toFixed(1)} % of one core`],
    ['uptime', stats === null ? null : formatSeconds(stats.uptime)],
    ['options', assignments(instance.options)],
    ['env', assignments(instance.env)],
    ['command', instance.command],
    ['extra args', instance.extra_args.length === 0 ? null : JSON.stringify(instance.extra_args)],
    ['last exit', last_exit === null ? null : exitOf(last_exit)],
    ['created', instance.created_at],
    ['updated', instance.updated_at],
  ];
  const rows = facts.flatMap(([name, value]) => (value === null ? [] : [[name, printable(value)]]));
  const text = table(rows, (cell, row, column) =>
    column === 1 && rows[row]?.[0] === 'status' ? paintStatus(cell, status, colour) : cell,
  );
  return text + logTail(instance);
}

function assignments(values: Readonly<Record<string, unknown>>): string | null {
  const texts = Object.entries(values).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return texts.length === 0 ? null : texts.join(' ');
}

function exitOf({ reason, code, signal, at }: LastExit): string {
  const how = signal === null ? `code ${code ?? 'unknown'}` : signal;
  return `${reason} (${how}, ${at})`;
}

/** The end of the log is the diagnosis of a failed instance, and noise for any other. */
function logTail({ status, last_exit }: InstanceDetails): string {
  if (status !== 'failed' || last_exit === null) return '';
  return last_exit.log_tail.map((line) => `  | ${printable(line)}\n`).join('');
}
