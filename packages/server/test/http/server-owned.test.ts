import { instanceDetailsSchema, operations } from '@llamactl/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, succeed } from '../support/call.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let test: TestServer;
let url: string;

beforeAll(async () => {
  test = await startTestServer();
  url = test.server.url;
  await succeed(url, 'createInstance', { body: { name: 'a', model_path: test.model } });
});
afterAll(() => test[Symbol.asyncDispose]());

const fieldsOf = (id: 'createInstance' | 'updateInstance') =>
  Object.keys(operations[id].body.shape);
const shown = Object.keys(instanceDetailsSchema.shape);
const values = [null, '', 'running', 1, true, {}, [], '2024-01-15T10:30:00.000Z'];

describe('S20: a field that belongs to the server', () => {
  const owned = shown.filter((field) => !fieldsOf('createInstance').includes(field));

  it('is one of many', () => {
    expect(owned).toEqual(
      expect.arrayContaining(['status', 'pid', 'stats', 'failure', 'last_exit', 'created_at']),
    );
  });

  it.each(owned)('is not taken with a new instance: %s', async (field) => {
    for (const value of values) {
      const body = { name: 'b', model_path: test.model, [field]: value };
      const { issues } = await fail(url, 'createInstance', 'VALIDATION_FAILED', { body });
      expect(issues?.map(({ path }) => path)).toEqual([field]);
    }
    await fail(url, 'getInstance', 'INSTANCE_NOT_FOUND', { name: 'b' });
  });

  it.each(shown.filter((field) => !fieldsOf('updateInstance').includes(field)))(
    'is not taken with a change: %s',
    async (field) => {
      const before = await succeed(url, 'getInstance', { name: 'a' });
      for (const value of values) {
        const parts = { name: 'a', body: { [field]: value } };
        const { issues } = await fail(url, 'updateInstance', 'VALIDATION_FAILED', parts);
        expect(issues?.map(({ path }) => path)).toEqual([field]);
      }
      expect(await succeed(url, 'getInstance', { name: 'a' })).toEqual(before);
    },
  );
});
