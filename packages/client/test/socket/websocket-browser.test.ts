import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ConnectionError } from '../../src/errors/connection-error.js';
import { InvalidRequestError } from '../../src/errors/invalid-request-error.js';
import { ProtocolError } from '../../src/errors/protocol-error.js';
import { messageOf } from '../../src/events/message-of.js';
import { readSocket } from '../../src/socket/read-socket.js';
import { openSocket } from '../../src/socket/websocket-browser.js';
import { rejectionAs } from '../fixtures/rejection-of.js';
import { type SocketServer, startSocketServer } from '../fixtures/socket-server.js';

const limits = { openTimeoutMs: 10_000, silenceMs: 10_000, maxWaiting: 100 };

/** The frames of one connection, with the WebSocket of a browser. */
function read({ url }: { readonly url: string }, token: string | null = null) {
  const address = `${url.replace('http', 'ws')}/api/ws`;
  const request = { url: address, headers: new Headers(), token };
  return readSocket(openSocket, request, limits, new AbortController().signal);
}

async function allOf(frames: AsyncIterable<string | null>): Promise<(string | null)[]> {
  const all: (string | null)[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
}

function protocolsOf({ handshakes }: SocketServer): string | undefined {
  return handshakes[0]?.headers['sec-websocket-protocol'];
}

// That of Node 20 is behind a flag; this one has the interface of browsers too.
beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket));
afterEach(() => void vi.unstubAllGlobals());

describe('the WebSocket of browsers', () => {
  it('sends the token as a subprotocol, and closes when the loop is left', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using server = await startSocketServer([
      (socket) => {
        closed = once(socket, 'close');
        socket.send('hello');
      },
    ]);
    for await (const frame of read(server, 'abc')) {
      expect(frame).toBe('hello');
      break;
    }
    await closed;
    expect(protocolsOf(server)).toBe('llamactl.v1,llamactl.bearer.abc');
    expect(server.handshakes[0]?.headers.authorization).toBeUndefined();
  });

  it('names the protocol alone when there is no token', async () => {
    await using server = await startSocketServer([(socket) => socket.close(1001)]);
    await rejectionAs(allOf(read(server)), ConnectionError.is);
    expect(protocolsOf(server)).toBe('llamactl.v1');
  });

  it('tells of a close with its code, and of a break', async () => {
    await using closing = await startSocketServer([(socket) => socket.close(4408)]);
    const closed = await rejectionAs(allOf(read(closing)), ConnectionError.is);
    expect(closed.message).toContain('(4408)');
    expect(closed.details).toContain('too slow');

    await using breaking = await startSocketServer([(socket) => socket.terminate()]);
    const broken = await rejectionAs(allOf(read(breaking)), ConnectionError.is);
    expect(broken.message).toContain('Lost the connection to ws://');
  });

  it('says what may be wrong when it is refused, which is all that it knows', async () => {
    await using server = await startSocketServer([{ status: 403 }]);
    const error = await rejectionAs(allOf(read(server, 's3cret')), ConnectionError.is);
    expect(error.message).toContain('Cannot open a WebSocket to ws://');
    expect(error.details).toContain('allowed_origins');
    expect(`${error.message} ${error.details}`).not.toContain('s3cret');
  });

  it('tells binary messages from text', async () => {
    await using server = await startSocketServer([(socket) => socket.send(Buffer.from([1]))]);
    for await (const frame of read(server)) {
      expect(() => messageOf(frame, 'ws://h')).toThrow(expect.toSatisfy(ProtocolError.is));
      break;
    }
  });

  it('cannot send any token, and does not show it then', async () => {
    await using server = await startSocketServer([{ status: 404 }]);
    const error = await rejectionAs(allOf(read(server, 's3 cret')), InvalidRequestError.is);
    expect(`${error.message} ${error.details} ${error.stack}`).not.toContain('s3 cret');
    expect(server.handshakes).toEqual([]);
  });

  it('is missed on a platform that has none', async () => {
    vi.stubGlobal('WebSocket', undefined);
    const error = await rejectionAs(allOf(read({ url: 'http://127.0.0.1:1' })), ConnectionError.is);
    expect(error.message).toBe('This platform has no WebSocket.');
  });
});
