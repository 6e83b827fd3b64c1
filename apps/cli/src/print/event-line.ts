import type { EventMessage, Instance, InstanceDetails } from '@llamactl/client';
import { instanceCounts } from './instance-counts.js';
import { paintStatus } from './paint-status.js';
import { printable } from './printable.js';
import { formatBytes, formatPercent } from './quantity.js';

/** A message of the server as a line. */
export function eventLine(message: EventMessage, colour: boolean): string {
  return `${message.timestamp} ${textOf(message, colour)}\n`;
}

function textOf({ type, data }: EventMessage, colour: boolean): string {
  switch (type) {
    case 'snapshot':
      return `Instances: ${instanceCounts(data.system.instances)}; alerts: ${data.alerts.length}`;
    case 'gap':
      return `Some events were missed: ${printable(data.reason)}`;
    case 'instance_status_changed':
      return `${data.instance.name}: ${statusOf(data.instance, colour)}`;
    case 'instance_stats_updated':
      return `${data.instance.name}: ${figuresOf(data.instance)}`;
    case 'instance_updated':
      return `${data.instance.name}: changed`;
    case 'instance_deleted':
      return `${data.name}: deleted`;
    case 'system_alert':
      return `Alert ${data.state} (${data.severity}): ${printable(data.message)}`;
    case 'config_changed':
      return `Configuration changed: ${printable(data.changed.join(', '))}${data.restart_required ? '; restart the server for it' : ''}`;
  }
}

function statusOf({ status, failure, port }: Instance, colour: boolean): string {
  const painted = paintStatus(status, status, colour);
  if (status === 'running') return `${painted} on port ${port}`;
  return failure === null ? painted : `${painted} (${failure})`;
}

function figuresOf({ stats }: InstanceDetails): string {
  const memory = stats?.memory_usage ?? null;
  const cpu = stats?.cpu_usage ?? null;
  const texts = [
    ...(memory === null ? [] : [`memory ${formatBytes(memory)}`]),
    ...(cpu === null ? [] : [`cpu ${formatPercent(cpu)} of one core`]),
  ];
  return texts.length === 0 ? 'no figures' : texts.join(', ');
}
