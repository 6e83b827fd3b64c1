/** What both documents say about themselves. */
export const about = {
  title: 'Llamactl',
  license: 'MIT',
  repository: 'https://github.com/llamactl/llamactl',
} as const;

/** What holds for every operation, in Markdown. */
export const restDescription = `Runs and watches LLM servers on your own machine.

- Bodies are JSON as UTF-8, 1 MiB at most. Unknown fields are refused, with the nearest right name.
- Moments are UTC, sizes are bytes, durations seconds. What cannot be known is \`null\`, never 0.
- Every error has the same body, \`{error, code, details}\`. \`error\` and \`details\` are for people, \`code\` is for programs.
- While authentication is off, which it is unless \`auth.enabled\` says otherwise, credentials are ignored.
- Requests are counted: 100 a minute of one credential or address, 10 of those that cost much, unless \`rate_limit\` says otherwise.
- Clients should pass over fields that they do not know: a newer server may send more.

What happens is told on a WebSocket, \`/api/ws\`; \`/api/asyncapi.json\` describes it.`;

/** What holds for the WebSocket, in Markdown. */
export const socketDescription = `Every change of an instance, new figures and alerts, as they happen.

The server talks, clients listen: whatever a client sends closes the socket. The server pings every 15 s and gives up a peer that has been silent for 45 s.

The first message is \`hello\`, the second a \`snapshot\` of everything; numbered events follow. Each carries the whole new state of what it is about. A client that comes back with the last \`epoch\` and \`seq\` that it has seen, as \`?since=epoch:seq\`, gets what it missed instead; when that is not known any more, the server says \`gap\` and sends a snapshot. Clients should pass over types and fields that they do not know.

A reader that is slow misses figures first; of other events none is left out: it is closed with 4408, and gets them when it comes back.

A socket that is refused gets a plain HTTP answer with the error body of the REST API, as \`/api/openapi.json\` describes it.`;
