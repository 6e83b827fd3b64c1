import { randomUUID } from 'node:crypto';
import { spawnProgram } from '@llamactl/testkit';
import { expect, test } from 'vitest';
import { readMarker } from '../../src/process/marker.js';

test.runIf(process.platform === 'linux')(
  'a process of a run tells which, others tell nothing',
  async () => {
    const token = randomUUID();
    const env = { LLAMACTL_RUN: token, LLAMACTL_INSTANCE: 'my model', NOT_LLAMACTL_RUN: 'no' };
    await using program = await spawnProgram('sleep', ['60'], { env });
    expect(readMarker(program.pid)).toEqual({ token, instance: 'my model' });
    expect(readMarker(process.pid)).toBe(null);
    await program.kill('SIGKILL');
    expect(readMarker(program.pid)).toBe(null);
  },
);
