import { type EventType, eventTypes } from '@llamactl/client';
import { didYouMean } from '../arguments/did-you-mean.js';
import type { Flags } from '../arguments/flags.js';
import { UsageError } from '../arguments/usage-error.js';
import type { Command } from '../command.js';
import { eventLine } from '../print/event-line.js';
import { jsonLine } from '../print/json.js';
import { retryNotice } from '../print/retry-notice.js';

export const events: Command = {
  name: 'events',
  summary: 'Print what happens, as it happens',
  operands: [],
  flags: {
    types: {
      type: 'string',
      value: 'TYPE,…',
      summary: 'Only events of these types. Default: all',
    },
  },
  notes: `Types: ${eventTypes.join(', ')}.
With --json each line is an object; it begins with the state of everything. A broken connection is made
again, and nothing is missed unless a gap is told.`,
  async run({ client, io, flags, json }) {
    const types = typesOf(flags);
    const onRetry = retryNotice(io);
    for await (const message of client.events({ types, onRetry })) {
      io.out(json ? jsonLine(message) : eventLine(message, io.colour));
    }
    return 0;
  },
};

function typesOf(flags: Flags): EventType[] | undefined {
  return flags
    .text('types')
    ?.split(',')
    .map((word) => {
      const type = eventTypes.find((candidate) => candidate === word.trim());
      if (type !== undefined) return type;
      const hint = didYouMean(word, eventTypes);
      throw new UsageError(`There are no events of type "${word}".${hint}`, events);
    });
}
