import type { InstanceDetails, InstanceStatus } from '@llamactl/client';
import type { CommandContext } from '../command.js';
import { json } from '../print/json.js';
import { paintStatus } from '../print/paint-status.js';

/** Waits until the instance has a status and prints each change on the way. */
export async function followStatus(
  context: CommandContext,
  wanted: InstanceStatus,
  timeoutMs: number | undefined,
): Promise<number> {
  const { client, io, name } = context;
  const startedMs = performance.now();
  const onStatus = (instance: InstanceDetails) => {
    if (context.json) return;
    const tookMs = instance.status === wanted ? performance.now() - startedMs : null;
    io.out(statusLine(instance, tookMs, io.colour));
  };
  const instance = await client.waitForStatus(name, wanted, { timeoutMs, onStatus });
  if (context.json) io.out(json(instance));
  return 0;
}

function statusLine(instance: InstanceDetails, tookMs: number | null, colour: boolean): string {
  const { name, status, port } = instance;
  const where = status === 'running' ? ` on port ${port}` : '';
  const took = tookMs === null ? '' : ` (${(tookMs / 1000).toFixed(1)} s)`;
  return `${name}: ${paintStatus(status, status, colour)}${where}${took}\n`;
}
