import { freePort, occupyPort, spawnProgram } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { ownsListeningSocket } from '../../src/ports/listening-socket.js';

const program = `require('net').createServer().listen(0, process.argv[1], function () {
  console.log('port ' + this.address().port);
})`;

test.runIf(process.platform === 'linux').for(['127.0.0.1', '::'])(
  'the process that listens on %s owns the port, another does not',
  async (host) => {
    await using server = await spawnProgram(process.execPath, ['-e', program, host]);
    const port = Number((await server.waitForLine(/^port (\d+)$/))[1]);
    expect(ownsListeningSocket(port, [server.pid])).toBe(true);
    expect(ownsListeningSocket(port, [process.pid, server.pid])).toBe(true);
    expect(ownsListeningSocket(port, [process.pid])).toBe(false);
    expect(ownsListeningSocket(port, [])).toBe(false);
  },
);

test.runIf(process.platform === 'linux')(
  'nobody owns a port that is only connected to, or not used at all',
  async () => {
    await using other = await occupyPort();
    await fetch(`http://127.0.0.1:${other.port}`);
    expect(ownsListeningSocket(other.port, [process.pid])).toBe(true);
    await other.close();
    expect(ownsListeningSocket(other.port, [process.pid])).toBe(false);
    expect(ownsListeningSocket(await freePort(), [process.pid])).toBe(false);
  },
);
