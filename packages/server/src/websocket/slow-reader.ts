/** Backlog from which on figures wait: 256 KiB. */
const maxBacklogForStats = 256 * 1024;
/** Backlog, the new message counted, that a reader may have at most: 1 MiB. */
const maxBacklog = 1024 * 1024;

/** A message on its way to a reader. */
export interface Delivery {
  /** What the reader has not taken yet. */
  readonly backlogBytes: number;
  /** Part of the backlog that the reader is not blamed for: the state that it began with. */
  readonly excusedBytes: number;
  readonly messageBytes: number;
  /** Whether a newer message makes up for this one. */
  readonly mayWait: boolean;
}

/**
 * What to do with a message: send it, hold it until there is room, or close the connection of a reader that is
 * too slow for what may not be left out.
 */
export function judgeDelivery({
  backlogBytes,
  excusedBytes,
  messageBytes,
  mayWait,
}: Delivery): 'send' | 'hold' | 'close' {
  const blamed = Math.max(0, backlogBytes - excusedBytes);
  if (mayWait && blamed > maxBacklogForStats) return 'hold';
  if (blamed + messageBytes <= maxBacklog) return 'send';
  return mayWait ? 'hold' : 'close';
}
