import type { EventMessage, InstanceStatus, LlamactlClient } from '@llamactl/client';

/** What one client knows, out of nothing but the messages that it got. */
export interface Watcher {
  readonly statuses: Map<string, InstanceStatus>;
  readonly messages: EventMessage[];
  readonly end: () => Promise<void>;
}

/** Follows the states of all instances. */
export function watch(client: LlamactlClient): Watcher {
  const controller = new AbortController();
  const { signal } = controller;
  const statuses = new Map<string, InstanceStatus>();
  const messages: EventMessage[] = [];
  const types = ['instance_status_changed', 'instance_updated', 'instance_deleted'] as const;
  const follow = async () => {
    for await (const message of client.events({ types, signal })) {
      messages.push(message);
      apply(message, statuses);
    }
  };
  const ended = follow();
  const end = () => {
    controller.abort();
    return ended;
  };
  return { statuses, messages, end };
}

function apply({ type, data }: EventMessage, statuses: Map<string, InstanceStatus>): void {
  if (type === 'snapshot') {
    statuses.clear();
    for (const { name, status } of data.instances) statuses.set(name, status);
  } else if (type === 'instance_status_changed') {
    statuses.set(data.instance.name, data.instance.status);
  } else if (type === 'instance_deleted') {
    statuses.delete(data.name);
  }
}
