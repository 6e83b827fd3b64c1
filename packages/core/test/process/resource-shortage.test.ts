import { expect, test } from 'vitest';
import { isResourceShortage } from '../../src/process/resource-shortage.js';

test('only the lack of descriptors, processes and memory is a shortage', () => {
  const codes = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ENOENT', 'ESRCH', 'EACCES'];
  expect(codes.filter((code) => isResourceShortage({ code }))).toEqual(codes.slice(0, 4));
  for (const other of [null, undefined, 'EMFILE', new Error('EMFILE')]) {
    expect(isResourceShortage(other)).toBe(false);
  }
});
