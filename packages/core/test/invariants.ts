import { readFileSync } from 'node:fs';
import type { Instance, InstanceDefinition } from '@llamactl/contract';
import { processesWithMarker } from '@llamactl/testkit';
import type { Llamactl, NumberedEvent } from '../src/index.js';
import { crashLoopLength } from '../src/instance/restart-policy.js';
import { ownsListeningSocket } from '../src/ports/listening-socket.js';
import { readMarker } from '../src/process/marker.js';

/*
 * What holds after any sequence of operations, crashes and restarts. Each check returns a sentence for each
 * breach, so none is a pass.
 */

/** A process of an instance. */
export interface MarkedProcess {
  readonly pid: number;
  readonly instance: string;
  readonly token: string;
}

/** The living processes that were started from one data folder, shims included. */
export function processesOf(owner: string): MarkedProcess[] {
  return processesWithMarker(`LLAMACTL_RUN=${owner}`).flatMap((pid) => {
    const marker = readMarker(pid);
    return marker === null ? [] : { pid, ...marker };
  });
}

/** (1) What was acknowledged is there, once; `acknowledged` says of each name which values are right. */
export function definitionBreaches(
  list: readonly Instance[],
  acknowledged: ReadonlyMap<string, (found: InstanceDefinition) => boolean>,
): string[] {
  const breaches: string[] = [];
  for (const [name, isRight] of acknowledged) {
    const found = list.filter((instance) => instance.name === name);
    if (found.length !== 1) breaches.push(`${name} is there ${found.length} times`);
    else if (found[0] && !isRight(found[0])) breaches.push(`${name} has lost a change`);
  }
  return breaches;
}

/** (2) No instance has two trees. */
export function doubleBreaches(processes: readonly MarkedProcess[]): string[] {
  const tokens = new Map<string, Set<string>>();
  for (const { instance, token } of processes) {
    tokens.set(instance, (tokens.get(instance) ?? new Set()).add(token));
  }
  return [...tokens].flatMap(([name, { size }]) => (size > 1 ? `${name} has ${size} trees` : []));
}

/** (3) What is running listens itself, and answers. */
export async function runningBreaches(llamactl: Pick<Llamactl, 'list' | 'health'>) {
  const running = llamactl.list().filter(({ status }) => status === 'running');
  const breaches = await Promise.all(
    running.map(async ({ name, pid, port }) => {
      const { status } = await llamactl.health(name);
      if (status !== 'healthy') return `${name} is running but ${status}`;
      const isOwn = ownsListeningSocket(port, [pid ?? 0]);
      return isOwn ? [] : `${name} is running, but does not listen on ${port}`;
    }),
  );
  return breaches.flat();
}

/** (4) What is stopped or failed has no process, and no process has no instance. */
export function emptyTreeBreaches(
  list: readonly Instance[],
  processes: readonly MarkedProcess[],
): string[] {
  const mayLive = new Set(
    list.filter(({ pid }) => pid !== null).map(({ name }) => name.toLowerCase()),
  );
  return processes.flatMap(({ pid, instance }) =>
    mayLive.has(instance.toLowerCase()) ? [] : `process ${pid} of ${instance} lives`,
  );
}

/** (5) No two instances have one port. */
export function portBreaches(list: readonly Pick<Instance, 'name' | 'port'>[]): string[] {
  const holders = new Map<number, string>();
  return list.flatMap(({ name, port }) => {
    const holder = holders.get(port);
    holders.set(port, name);
    return holder === undefined ? [] : `${holder} and ${name} have port ${port}`;
  });
}

/** (6) Events are numbered without a gap, and each move begins where the one before ended. */
export function eventBreaches(events: readonly NumberedEvent[]): string[] {
  const breaches: string[] = [];
  const states = new Map<string, string>();
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before && event.seq !== before.seq + 1) breaches.push(`${before.seq} > ${event.seq}`);
    if (event.type !== 'instance_status_changed') continue;
    const { instance, previous_status } = event.data;
    const known = states.get(instance.name);
    if (known !== undefined && previous_status !== null && known !== previous_status) {
      breaches.push(`${instance.name} was ${known}, and moved from ${previous_status}`);
    }
    states.set(instance.name, instance.status);
  }
  return breaches;
}

/** (7) Every operation has ended. */
export function openOperationBreaches(open: ReadonlySet<string>): string[] {
  return [...open].map((operation) => `${operation} has not ended`);
}

/** (8) No output shows a secret. */
export function secretBreaches(outputs: readonly string[], secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) =>
    outputs.some((output) => output.includes(secret)) ? `${secret.slice(0, 4)}… is shown` : [],
  );
}

/** (9) Files outside of the data folder are as they were; `before` has the content of each. */
export function fileBreaches(before: ReadonlyMap<string, string>): string[] {
  return [...before].flatMap(([file, content]) => {
    try {
      return readFileSync(file, 'latin1') === content ? [] : `${file} was changed`;
    } catch {
      return `${file} is gone`;
    }
  });
}

/** (10) No instance was started by itself more often than its budget allows without a stable run. */
export function budgetBreaches(events: readonly NumberedEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'instance_status_changed') return [];
    const { name, restarts, failure } = event.data.instance;
    const isOver = restarts >= crashLoopLength || (failure === 'crash_loop' && restarts === 0);
    return isOver ? `${name} was restarted ${restarts} times (${failure})` : [];
  });
}
