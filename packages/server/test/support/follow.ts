import { type LogEntry, logEntrySchema } from '@llamactl/contract';
import * as z from 'zod/mini';

/** A log that is being followed. */
export interface Followed extends Disposable {
  readonly status: number;
  readonly headers: Headers;
  /** Everything received so far, as text. */
  readonly text: string;
  /** The entries received so far, whatever the format. */
  readonly entries: LogEntry[];
  /** Resolves when what was received fits. */
  until(fits: (followed: Followed) => boolean): Promise<void>;
  /** Resolves to whether the end was a clean one. */
  readonly ended: Promise<boolean>;
  /** Leaves. */
  leave(): void;
}

/** The parts of a request to follow. */
export interface FollowParts {
  /** What comes after `?follow=true`. */
  readonly query?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Follows the log of an instance. */
export async function follow(
  url: string,
  name: string,
  { query = '', accept = '*/*', headers = {} }: FollowParts = {},
): Promise<Followed> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/api/instances/${name}/logs?follow=true${query}`, {
    headers: { accept, ...headers },
    signal: leaving.signal,
  });
  let text = '';
  const waiting = new Set<() => void>();
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      for (const check of waiting) check();
    }
  };
  const ended = read().then(
    () => true,
    () => false,
  );
  const followed: Followed = {
    status: response.status,
    headers: response.headers,
    get text() {
      return text;
    },
    get entries() {
      return parseEntries(text);
    },
    until: (fits) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!fits(followed)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
        void ended.then(() => reject(new Error(`ended after: ${text.slice(-500)}`)));
      }),
    ended,
    leave: () => leaving.abort(),
    [Symbol.dispose]: () => leaving.abort(),
  };
  return followed;
}

/** The entries in what was received so far; the last line may still be on its way. */
export function parseEntries(text: string): LogEntry[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line) => {
    const json = line.replace(/^data: /, '');
    return json.startsWith('{"seq"')
      ? [z.strictObject(logEntrySchema.shape).parse(JSON.parse(json))]
      : [];
  });
}
