import { expect, test } from 'vitest';
import { nodeComplaint } from '../../run/require-node.mjs';

test.each(['20.19.0', '20.20.2', '22.1.0', '100.0.0'])('Node %s will do', (version) => {
  expect(nodeComplaint(version)).toBeNull();
});

test.each(['20.18.9', '18.20.0', '9.99.99'])('Node %s is told to be too old', (version) => {
  expect(nodeComplaint(version)).toContain(`needs Node 20.19.0 or newer; here is Node ${version}`);
});
