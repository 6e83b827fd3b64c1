import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy, whose connections can be cut. */
export interface CuttableProxy extends AsyncDisposable {
  readonly url: string;
  /** Cuts every connection at once; returns how many there were. */
  cut(): number;
  /** From now on a connection is cut when the head of its first request does not fit. */
  letIn(fits: (head: string) => boolean): void;
}

/** Starts a proxy for a port of this machine. */
export async function cuttableProxy(port: number): Promise<CuttableProxy> {
  const pairs = new Set<() => void>();
  let fits: (head: string) => boolean = () => true;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const cut = () => {
      pairs.delete(cut);
      near.destroy();
      far.destroy();
    };
    pairs.add(cut);
    near.once('data', (chunk) => {
      if (!fits(String(chunk))) cut();
    });
    join(near, far, cut);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    const { size } = pairs;
    for (const cutOne of [...pairs]) cutOne();
    return size;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    letIn(which) {
      fits = which;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

function join(near: Socket, far: Socket, cut: () => void): void {
  near.pipe(far);
  far.pipe(near);
  for (const socket of [near, far]) socket.on('error', cut).on('close', cut);
}
