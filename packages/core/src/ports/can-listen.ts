import { once } from 'node:events';
import { createServer } from 'node:net';
import { LlamactlError } from '@llamactl/contract';
import { isResourceShortage } from '../process/resource-shortage.js';

/**
 * Whether a program could listen on a port now: asks the system by doing so for a moment.
 *
 * @throws LlamactlError VALIDATION_FAILED when this user may not use the port or `host` is not an address
 *   of this machine, RESOURCE_EXHAUSTED when there are too many open files
 */
export async function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen({ host, port, exclusive: true });
    await listening;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw listenError(host, port, error as NodeJS.ErrnoException);
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}

function listenError(host: string, port: number, cause: NodeJS.ErrnoException): LlamactlError {
  if (isResourceShortage(cause)) {
    return new LlamactlError('RESOURCE_EXHAUSTED', `Port ${port} could not be checked`, {
      details: 'Too many files are open; raise the limit (ulimit -n).',
      cause,
    });
  }
  if (cause.code === 'EACCES') {
    return invalid(`Port ${port} may not be used by this user`, {
      path: 'port',
      advice: 'Choose a port of 1024 or above; those below belong to the administrator.',
      cause,
    });
  }
  return invalid(`Nothing can listen on ${host}, port ${port}: ${cause.message}`, {
    path: 'host',
    advice: 'Set the host of instances to an address of this machine, such as 127.0.0.1.',
    cause,
  });
}

function invalid(
  message: string,
  { path, advice, cause }: { path: string; advice: string; cause: Error },
): LlamactlError {
  return new LlamactlError('VALIDATION_FAILED', message, {
    details: advice,
    issues: [{ path, message: advice }],
    cause,
  });
}
