import { describe, expect, it, vi } from 'vitest';
import * as client from '../../src/index.js';

const failed = {
  name: 'x',
  status: 'failed',
  failure: 'model_corrupt',
  last_exit: { reason: 'the model could not be read', log_tail: ['line 1', 'line 2'] },
} as client.InstanceDetails;
const api = {
  message: 'no',
  status: 404,
  code: 'INSTANCE_NOT_FOUND',
  details: '',
  requestId: null,
  retryAfterMs: null,
  rateLimit: null,
};

const makers = {
  ApiError: (from: typeof client) => new from.ApiError(api),
  ConnectionError: (from: typeof client) =>
    new from.ConnectionError('no', { details: '', url: 'http://h', systemCode: null }),
  TimeoutError: (from: typeof client) => new from.TimeoutError('no', { details: '', timeoutMs: 1 }),
  AbortedError: (from: typeof client) => new from.AbortedError('no'),
  ProtocolError: (from: typeof client) =>
    new from.ProtocolError('no', { details: '', status: 200, issues: [] }),
  InvalidRequestError: (from: typeof client) => new from.InvalidRequestError('no', ''),
  InstanceFailedError: (from: typeof client) => new from.InstanceFailedError(failed),
};
const checks: [string, (error: unknown) => boolean][] = [
  ['ApiError', client.ApiError.is],
  ['ConnectionError', client.ConnectionError.is],
  ['TimeoutError', client.TimeoutError.is],
  ['AbortedError', client.AbortedError.is],
  ['ProtocolError', client.ProtocolError.is],
  ['InvalidRequestError', client.InvalidRequestError.is],
  ['InstanceFailedError', client.InstanceFailedError.is],
];
const names = Object.keys(makers) as (keyof typeof makers)[];

describe('the brand of errors', () => {
  it.each(names)('tells %s from the others, and across two copies of the package', async (name) => {
    vi.resetModules();
    const copy: typeof client = await import('../../src/index.js');
    expect(copy.ApiError).not.toBe(client.ApiError);
    const error = makers[name](copy);
    expect(client.LlamactlClientError.is(error)).toBe(true);
    expect(checks.filter(([, is]) => is(error)).map(([other]) => other)).toEqual([name]);
    expect(error.name).toBe(name);
  });

  it.each([null, undefined, 'x', new Error('x'), { kind: 'api' }])('is not on %j', (value) => {
    expect(client.LlamactlClientError.is(value)).toBe(false);
    expect(client.ApiError.is(value)).toBe(false);
  });
});
