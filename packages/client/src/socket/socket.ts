/** Where to open a socket, and as whom. */
export interface SocketRequest {
  /** As in `ws://localhost:8080/api/ws`. */
  readonly url: string;
  /** Sent where the platform can, which browsers cannot. */
  readonly headers: Headers;
  /** Sent as a subprotocol where headers cannot be; null for none. */
  readonly token: string | null;
}

/** Called by a socket; never after its `close` was called. */
export interface SocketListener {
  /** It is open, or the other side showed that it is there; called for each message too. */
  readonly onAlive: () => void;
  /** A message came; null is one that is no text. */
  readonly onMessage: (text: string | null) => void;
  /** It could not be opened, or is closed. Called once, and nothing after it. */
  readonly onEnd: (end: SocketEnd) => void;
}

/** Why a socket ended without being told to. */
export type SocketEnd =
  /** It was answered in HTTP, without becoming a socket. */
  | { readonly kind: 'refused'; readonly answer: RefusedSocket }
  /** It was not reached, or broke; null where the platform does not say why. */
  | { readonly kind: 'failed'; readonly error: Error | null }
  /** It was open and the other side closed it. */
  | { readonly kind: 'closed'; readonly code: number };

/** An HTTP answer instead of a socket. */
export interface RefusedSocket {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** An open socket, or one that is being opened. */
export interface Socket {
  /** Ends it; nothing is called back any more. May be called more than once. */
  readonly close: () => void;
}

/** Opens a socket: there is one for Node and one for anything else. */
export type OpenSocket = (request: SocketRequest, listener: SocketListener) => Socket;

/** Close code of a connection that ended without one being sent. */
export const noCloseCode = 1006;
