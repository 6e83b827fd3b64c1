import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { errorBodySchema, errorCatalogue, LlamactlError } from '../src/index.js';

/** The statuses that the reference documents and those that HTTP itself asks for. */
const statuses = [400, 401, 403, 404, 405, 408, 409, 413, 415, 429, 431, 500, 502, 503, 504, 507];

test.each(Object.entries(errorCatalogue))(
  '%s has a documented status and a meaning',
  (code, row) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(statuses).toContain(row[0]);
    expect(row[1]).toMatch(/^[A-Z].*[.]$/);
  },
);

test('an error is told by its brand, not by its class', async () => {
  const error = new LlamactlError('PORT_IN_USE', 'Port 1 is in use');
  expect(LlamactlError.is(error)).toBe(true);
  expect(LlamactlError.is(error, 'PORT_IN_USE')).toBe(true);
  expect(LlamactlError.is(error, 'NOT_FOUND')).toBe(false);
  for (const other of [new Error('x'), { code: 'PORT_IN_USE' }, null, undefined, 'PORT_IN_USE']) {
    expect(LlamactlError.is(other)).toBe(false);
  }
});

test('an error of another copy of the package is told too', () => {
  const foreign = Object.assign(new Error('x'), {
    code: 'NOT_FOUND',
    [Symbol.for('llamactl.error')]: true,
  });
  expect(LlamactlError.is(foreign, 'NOT_FOUND')).toBe(true);
});

test('an error turns into the documented body', () => {
  const bare = new LlamactlError('NOT_FOUND', 'Nothing here');
  expect(JSON.parse(JSON.stringify(bare))).toEqual({
    error: 'Nothing here',
    code: 'NOT_FOUND',
    details: '',
  });
  const full = new LlamactlError('UNKNOWN_OPTION', 'm', {
    details: 'd',
    issues: [{ path: 'options.x', message: 'is unknown' }],
    suggestions: ['y'],
    cause: new Error('never shown'),
  });
  const body = JSON.parse(JSON.stringify(full));
  expect(z.strictObject(errorBodySchema.shape).parse(body)).toEqual(body);
  expect(JSON.stringify(body)).not.toContain('never shown');
});
