import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { SecretWatch } from './secret-watch.ts';

/** Where tests publish, as text, what servers in their own process have written: lines and files of logs. */
export const saidChannel = 'llamactl.test.said';

/** Keeps what is published there. Returns what ends the watching. */
export function watchSaid(watch: SecretWatch): () => void {
  const onSaid = (text: unknown) =>
    watch.said('a log', Buffer.from(String(text)).toString('latin1'));
  subscribe(saidChannel, onSaid);
  return () => unsubscribe(saidChannel, onSaid);
}
