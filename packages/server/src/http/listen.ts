import { lookup } from 'node:dns/promises';
import type { Server } from 'node:http';
import { type AddressInfo, BlockList, isIP } from 'node:net';
import { LlamactlError } from '@llamactl/contract';

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Whether an address beyond loopback is fine. */
  readonly allowInsecure: boolean;
}

/** Servers that listen, all on the same port. */
export interface Listening {
  readonly servers: readonly Server[];
  readonly addresses: readonly string[];
  readonly port: number;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Attempts at a port that is free on both loopback addresses. */
const maxAttempts = 20;

/**
 * Listens on every address of the host; `localhost` is 127.0.0.1 and, where the machine has it, ::1.
 *
 * @throws LlamactlError VALIDATION_FAILED for a host that is not of this machine, or beyond loopback
 *   without `allowInsecure`; PORT_IN_USE
 */
export async function listen(create: () => Server, options: ListenOptions): Promise<Listening> {
  const addresses = await resolveHost(options.host);
  if (!options.allowInsecure) assertLoopback(options.host, addresses);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listenOnAll(create, addresses, options.port);
    } catch (error) {
      const again = options.port === 0 && LlamactlError.is(error, 'PORT_IN_USE');
      if (!again || attempt === maxAttempts) throw error;
    }
  }
}

async function resolveHost(host: string): Promise<string[]> {
  if (host === 'localhost') return ['127.0.0.1', '::1'];
  if (isIP(host) !== 0) return [host];
  try {
    const found = await lookup(host, { all: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch (cause) {
    throw wrongHost(host, 'cannot be resolved', cause);
  }
}

/**
 * Refuses an address for instances that others than this machine can reach: they ask for no credentials.
 *
 * @throws LlamactlError VALIDATION_FAILED
 */
export async function assertPrivateInstances(host: string): Promise<void> {
  if ((await resolveHost(host)).every(isLoopback)) return;
  throw insecure(
    host,
    'Instances ask nobody for credentials. Let them listen on 127.0.0.1 (instances.host), let them ask for a key (instances.backend_auth: run_key), or set auth.allow_insecure: true in the configuration file.',
  );
}

function assertLoopback(host: string, addresses: readonly string[]): void {
  if (addresses.every(isLoopback)) return;
  throw insecure(
    host,
    'Turn authentication on (auth.enabled: true in the configuration file), listen on localhost, or set auth.allow_insecure: true.',
  );
}

function isLoopback(address: string): boolean {
  return loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

async function listenOnAll(
  create: () => Server,
  addresses: readonly string[],
  wanted: number,
): Promise<Listening> {
  const servers: Server[] = [];
  const bound: string[] = [];
  let port = wanted;
  try {
    for (const address of addresses) {
      const server = create();
      if (!(await listenOn(server, address, port, bound.length > 0))) continue;
      servers.push(server);
      bound.push(address);
      port = (server.address() as AddressInfo).port;
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return { servers, addresses: bound, port };
}

/** Resolves false when the machine lacks the address and `optional` is set. */
function listenOn(
  server: Server,
  address: string,
  port: number,
  optional: boolean,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (optional && isMissing(error)) resolve(false);
      else reject(listenError(error, address, port));
    };
    server.once('error', onError);
    server.listen({ host: address, port }, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

function isMissing(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT';
}

function listenError(cause: NodeJS.ErrnoException, address: string, port: number): unknown {
  if (isMissing(cause)) return wrongHost(address, 'is not an address of this machine', cause);
  if (cause.code === 'EADDRINUSE') {
    return new LlamactlError('PORT_IN_USE', `Port ${port} of ${address} is in use.`, {
      details: 'Choose another with server.port or --port, or end the program that holds it.',
      cause,
    });
  }
  if (cause.code === 'EACCES') {
    return new LlamactlError('VALIDATION_FAILED', `Port ${port} may not be used by this user.`, {
      details: 'Choose one from 1024 up with server.port or --port.',
      cause,
    });
  }
  return cause;
}

function wrongHost(host: string, problem: string, cause: unknown): LlamactlError {
  return new LlamactlError('VALIDATION_FAILED', `The host ${host} ${problem}.`, {
    details: 'Choose another with server.host or --host, such as localhost.',
    cause,
  });
}

function insecure(host: string, details: string): LlamactlError {
  const message = `Listening on ${host} would let everybody who can reach it use models here.`;
  return new LlamactlError('VALIDATION_FAILED', message, { details });
}
