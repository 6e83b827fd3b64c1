import type { Retry } from '@llamactl/client';
import type { Io } from '../io.js';
import { printable } from './printable.js';

/** Tells people that a connection broke and will be made again. */
export function retryNotice(io: Io): (retry: Retry) => void {
  return ({ error, delayMs }) => {
    const seconds = (delayMs / 1000).toFixed(1);
    io.err(`${printable(error.message)} Trying again in ${seconds} s.\n`);
  };
}
