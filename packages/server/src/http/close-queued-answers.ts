import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Tells answers of the end of their connection that node:http does not tell: those that wait behind another on
 * it. Without that, whatever is done at the `close` of an answer would never be done for them.
 */
export function createQueueCloser(): (request: IncomingMessage, response: ServerResponse) => void {
  const answers = new WeakMap<Socket, Set<ServerResponse>>();
  return ({ socket }, response) => {
    const known = answers.get(socket);
    const open = known ?? new Set();
    open.add(response);
    response.once('close', () => open.delete(response));
    if (known !== undefined) return;
    answers.set(socket, open);
    socket.once('close', () => {
      for (const queued of open) if (isQueued(queued)) close(queued);
    });
  };
}

/** Whether its turn has not come: one that has a connection, or has gone out, is told by node:http. */
function isQueued(response: ServerResponse): boolean {
  return response.socket === null && !response.writableFinished;
}

function close(response: ServerResponse): void {
  response.destroy();
  response.emit('close');
}
