import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that operating systems hand out for outgoing connections, so that nothing takes
// the port between the question and its use.
const lowest = 20_000;
const beyond = 32_768;
const attempts = 100;
/** Those of the last calls: who asks for two wants two, though neither is in use yet. */
const given: number[] = [];
const remembered = 1_000;

/**
 * A TCP port that nothing listens on, from 20000 to 32767, and none of the last thousand that it gave in this
 * process. It is not reserved: bind it soon.
 *
 * @param host - The address to try it on. Default `127.0.0.1`.
 * @throws Error when a hundred random ports were all in use, or `host` is not an address of this machine.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = randomInt(lowest, beyond);
    if (given.includes(port) || !(await canListen(port, host))) continue;
    given.push(port);
    if (given.length > remembered) given.shift();
    return port;
  }
  throw new Error(`found no free port on ${host} in ${attempts} attempts`);
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
