/** One thing that a page tries. */
export interface Attempt {
  readonly what: string;
  readonly url: string;
  readonly init?: {
    readonly method?: string;
    readonly mode?: 'no-cors';
    readonly credentials?: 'include';
    readonly headers?: Record<string, string>;
    readonly body?: string;
  };
}

/** What the page got to see of it: nothing, or an answer. */
export type Outcome = 'nothing' | { readonly status: number; readonly text: string };

/**
 * Tries all, out of a page; runs in the browser, so it can use nothing from here.
 *
 * A `no-cors` request is sent without asking first, and its answer hidden; sent it is all the same.
 */
export async function tryAll(attempts: readonly Attempt[]): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const { what, url, init } of attempts) {
    try {
      const answer = await fetch(url, init);
      const isHidden = answer.type === 'opaque';
      outcomes[what] = isHidden ? 'nothing' : { status: answer.status, text: await answer.text() };
    } catch {
      outcomes[what] = 'nothing';
    }
  }
  return outcomes;
}

/** Opens a socket out of a page, and tells the first message or that there is none. Runs in the browser. */
export function trySocket(url: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => resolve(String(data));
    socket.onclose = () => resolve('nothing');
  });
}

const text = { 'Content-Type': 'text/plain' };
const json = { 'Content-Type': 'application/json' };

/** Every way in which a page can ask for something that a server has. */
export function attemptsAt(url: string, body: string): Attempt[] {
  return [
    { what: 'read', url },
    { what: 'read blindly', url, init: { mode: 'no-cors' } },
    { what: 'read with credentials', url, init: { credentials: 'include' } },
    { what: 'read with a header', url, init: { headers: { Authorization: 'Bearer x' } } },
    { what: 'write', url, init: { method: 'POST', headers: text, body } },
    { what: 'write blindly', url, init: { method: 'POST', mode: 'no-cors', headers: text, body } },
    { what: 'write JSON', url, init: { method: 'POST', headers: json, body } },
    { what: 'replace', url, init: { method: 'PUT', headers: json, body } },
    { what: 'delete', url, init: { method: 'DELETE' } },
  ];
}
