import type { LogEntry } from '@llamactl/contract';

/** How a followed log goes over the wire. */
export interface LogFormat {
  readonly contentType: string;
  /** @param epoch - Names the log that the entry is of. */
  formatEntry(entry: LogEntry, epoch: string): string;
  /** Shows that the connection is alive; means nothing else. */
  readonly heartbeat: string;
  /** Says that nothing more will ever come. Empty where there is no way to say it. */
  readonly end: string;
}

/** Server-sent events: the place of a line is the id of its event. */
export const serverSentEvents: LogFormat = {
  contentType: 'text/event-stream',
  formatEntry: (entry, epoch) => `id: ${epoch}:${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`,
  heartbeat: ':\n\n',
  end: 'event: end\ndata: {"reason":"instance_deleted"}\n\n',
};

/** One JSON object per line. */
export const jsonLines: LogFormat = {
  contentType: 'application/x-ndjson',
  formatEntry: (entry) => `${JSON.stringify(entry)}\n`,
  heartbeat: '\n',
  end: '',
};
