import type { InstanceStatus } from '@llamactl/client';
import type { CommandContext, Flag } from '../command.js';
import { json } from '../print/json.js';
import { followStatus } from './follow-status.js';

/** Flags of the commands after which an instance runs. */
export const readyFlags = {
  'no-wait': { type: 'boolean', summary: 'Do not wait until it is running' },
  timeout: {
    type: 'string',
    value: 'S',
    summary: 'Seconds to wait; the start goes on. Default: as long as the server tries',
  },
} as const satisfies Record<string, Flag>;

/** Begins something and, unless told otherwise, waits until the instance runs. */
export async function runUntilReady(
  context: CommandContext,
  begin: () => Promise<{ status: InstanceStatus }>,
): Promise<number> {
  const { io, flags, name } = context;
  const seconds = flags.number('timeout', { min: 0.001, max: 1e6, integer: false });
  const begun = await begin();
  if (flags.has('no-wait')) {
    io.out(context.json ? json(begun) : `${name}: ${begun.status}\n`);
    return 0;
  }
  return await followStatus(context, 'running', seconds === undefined ? undefined : seconds * 1000);
}
