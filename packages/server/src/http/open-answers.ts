import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The answers under way, by connection; of several on one, all but the first wait for their turn. */
export class OpenAnswers {
  readonly #of = new WeakMap<Duplex, Set<ServerResponse>>();

  /**
   * Takes one in. From then on its `close` comes for sure: node:http does not tell those that wait behind another
   * of the end of their connection, and whatever is done at the end of an answer would never be done for them.
   * @param onClose - Called then.
   */
  add({ socket }: IncomingMessage, response: ServerResponse, onClose: () => void): void {
    const known = this.#of.get(socket);
    const open = known ?? new Set();
    open.add(response);
    response.once('close', () => {
      open.delete(response);
      onClose();
    });
    if (known !== undefined) return;
    this.#of.set(socket, open);
    socket.once('close', () => {
      for (const queued of open) if (isQueued(queued)) close(queued);
    });
  }

  /** The one that was asked for last. */
  lastOn(socket: Duplex): ServerResponse | undefined {
    return [...(this.#of.get(socket) ?? [])].at(-1);
  }
}

/** Whether its turn has not come: one that has a connection, or has gone out, is told by node:http. */
function isQueued(response: ServerResponse): boolean {
  return response.socket === null && !response.writableFinished;
}

function close(response: ServerResponse): void {
  response.destroy();
  response.emit('close');
}
