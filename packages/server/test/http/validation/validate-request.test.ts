import { LlamactlError } from '@llamactl/contract';
import { describe, expect, it } from 'vitest';
import { validateRequest } from '../../../src/http/validation/validate-request.js';
import { compileValidators } from '../../../src/http/validation/validators.js';

const validators = compileValidators();
const right = { name: 'a', model_path: '/m.gguf' };

function create(body: unknown) {
  return validateRequest(
    validators,
    'createInstance',
    { params: {}, search: new URLSearchParams(), body },
    false,
  );
}

function logs(search: string) {
  const raw = { params: { name: 'a' }, search: new URLSearchParams(search), body: undefined };
  return validateRequest(validators, 'getInstanceLogs', raw, false);
}

function refusalOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (LlamactlError.is(error)) return error.toJSON();
    throw error;
  }
  throw new Error('was let through');
}

describe('validateRequest', () => {
  it.each([
    [{ ...right, port: '8081' }, 'port', 'must be a whole number from 1 to 65535'],
    [{ ...right, port: 1.5 }, 'port', 'must be a whole number from 1 to 65535'],
    [
      { ...right, model_path: '' },
      'model_path',
      'must be text of 1 to 4096 characters without NUL',
    ],
    [{ ...right, options: [] }, 'options', 'must be an object'],
    [
      { ...right, options: { threads: null } },
      'options.threads',
      'must be text, a number, true or false or a list, each text or a number',
    ],
    [{ ...right, options: { 'a/b~c': {} } }, 'options.a/b~c', expect.stringContaining('must be')],
    [
      { ...right, extra_args: ['a', 1] },
      'extra_args.1',
      'must be text of at most 65536 characters without NUL',
    ],
    [
      { ...right, command: 1 },
      'command',
      'must be text of 1 to 4096 characters without NUL or null',
    ],
    [{ name: 'a' }, 'model_path', 'is required'],
    [[], '', 'must be an object'],
    [null, '', 'must be an object'],
    [{ ...right, pid: 1 }, 'pid', 'is not a known field'],
  ])('says of %j what is wrong at "%s"', (body, path, message) => {
    const refusal = refusalOf(() => create(body));
    expect(refusal).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ path, message }] });
    expect(refusal.error).toContain(refusal.issues?.[0]?.message);
  });

  it('names the field that was meant', () => {
    expect(refusalOf(() => create({ ...right, modelpath: 1 }))).toMatchObject({
      error: 'modelpath is not a known field; did you mean model_path?',
      suggestions: ['model_path'],
      issues: [{ path: 'modelpath', message: 'is not a known field; did you mean model_path?' }],
    });
  });

  it('tells all that is wrong, but not without end', () => {
    expect(refusalOf(() => create({ port: 0, env: 1 })).issues).toHaveLength(4);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key${n}`, 1]));
    expect(refusalOf(() => create({ ...right, ...many })).issues).toHaveLength(20);
  });

  it('takes little time for as much wrong as a body can hold', () => {
    const wrong = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [prefix + n, null]));
    for (const body of [wrong('a'), { ...right, options: wrong('a') }]) {
      const begun = process.cpuUsage();
      refusalOf(() => create(body));
      expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(500);
    }
  });

  it.each(['', '.', '..', '-a', 'a b', 'a/b', 'é', 1, null])(
    'calls the name %j invalid',
    (name) => {
      const refusal = refusalOf(() => create({ ...right, name, port: 0 }));
      expect(refusal.code).toBe('INVALID_NAME');
      expect(refusal.error).toContain('1 to 64 letters, digits');
    },
  );

  it('does not call the name of an API key the name of an instance', () => {
    const body = { name: '', scopes: ['read'] };
    const raw = { params: {}, search: new URLSearchParams(), body };
    const refusal = refusalOf(() => validateRequest(validators, 'createApiKey', raw, false));
    expect(refusal).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ path: 'name' }] });
  });

  it('calls a missing name missing', () => {
    expect(refusalOf(() => create({ model_path: '/m' })).code).toBe('VALIDATION_FAILED');
  });

  it.each([
    ['lines=10&level=warn', { lines: 10, level: 'warn' }],
    ['', {}],
  ])('reads the query "%s"', (search, query) => {
    expect(logs(search).query).toEqual(query);
  });

  it.each([
    'lines=1e3',
    'lines=',
    'lines',
    'lines=0',
    'lines=-1',
    'lines=10001',
    'lines=1000000000',
    'lines=0x10',
    'lines=+5',
    'lines=05',
    'lines=5.0',
    'lines=1&lines=2',
    'level=loud',
    'level=',
    'follow=maybe',
    '__proto__=1',
    'toString=1',
    'LINES=5',
  ])('refuses the query "%s"', (search) => {
    expect(refusalOf(() => logs(search)).code).toBe('VALIDATION_FAILED');
  });

  it('takes a missing body as an empty one where it is optional', () => {
    const raw = { params: { name: 'a' }, search: new URLSearchParams(), body: undefined };
    expect(validateRequest(validators, 'stopInstance', raw, true).body).toEqual({});
  });
});
