import type { InstanceStatus } from '@llamactl/client';

const colours: Readonly<Record<InstanceStatus, number>> = {
  running: 32,
  starting: 33,
  stopping: 33,
  failed: 31,
  stopped: 90,
};

/** Gives a text the colour of a status, where colours are wanted. */
export function paintStatus(text: string, status: InstanceStatus, colour: boolean): string {
  return colour ? `\u001b[${colours[status]}m${text}\u001b[0m` : text;
}
