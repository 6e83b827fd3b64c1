import { LlamactlError } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { startError } from '../../src/process/start-error.js';

const systemError = (code: string) =>
  Object.assign(new Error(`${code}: no, mkdir '/data/runs'`), { code });

test.for([
  ['EMFILE', 'RESOURCE_EXHAUSTED'],
  ['EAGAIN', 'RESOURCE_EXHAUSTED'],
  ['ENOMEM', 'RESOURCE_EXHAUSTED'],
  ['ENOSPC', 'STORAGE_FULL'],
  ['E2BIG', 'INVALID_OPTION'],
  ['EACCES', 'STORAGE_ERROR'],
] as const)('%s is told as %s, with the instance and what to do', ([code, expected]) => {
  const error = startError('llama', systemError(code));
  expect(error.code).toBe(expected);
  expect(error.message).toContain('"llama"');
  expect(error.details).not.toBe('');
  expect(JSON.stringify(error)).not.toMatch(/: no|\/data/);
  expect(error.cause).toMatchObject({ code });
});

test('an error of ours stays, but for one that hides a shortage', () => {
  const full = new LlamactlError('STORAGE_FULL', 'full');
  expect(startError('llama', full)).toBe(full);
  const hidden = new LlamactlError('STORAGE_ERROR', 'no', { cause: systemError('EMFILE') });
  expect(startError('llama', hidden).code).toBe('RESOURCE_EXHAUSTED');
});
