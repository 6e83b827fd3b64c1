import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GeneratedClient, generatedClient } from '../system/generated-client.js';
import { liveServer } from '../system/live-server.js';

const program = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

declare const process: { env: Record<string, string> };

const client = createClient<paths>({ baseUrl: process.env.BASE_URL ?? '' });
const created = await client.POST('/api/instances', {
  body: { name: 'a', model_path: process.env.MODEL ?? '', options: { threads: 1 } },
});
if (created.error) throw new Error(created.error.error);
const { data } = await client.GET('/api/instances');
const instances: components['schemas']['Instance'][] = data?.instances ?? [];
const missing = await client.GET('/api/instances/{name}', { params: { path: { name: 'b' } } });
const code: 'INSTANCE_NOT_FOUND' | string | undefined = missing.error?.code;
console.log(JSON.stringify({ names: instances.map(({ name, status }) => [name, status]), code }));
`;

const wrong = [
  `client.GET('/api/nothing', {});`,
  `instances[0]?.colour;`,
  `client.POST('/api/instances', { body: { name: 'a', model_path: 1 } });`,
  `client.GET('/api/instances/{name}');`,
];

/** Compilers take their time. */
const timeout = 180_000;

let client: GeneratedClient;
beforeAll(async () => {
  client = await generatedClient();
});
afterAll(() => client[Symbol.asyncDispose]());

it(
  'a client that a strange generator made of the document compiles, and lists instances',
  async () => {
    expect(await client.compile(program)).toBe('');
    await using server = await liveServer();
    const output = await client.run({ BASE_URL: server.url, MODEL: server.model });
    expect(JSON.parse(output)).toEqual({ names: [['a', 'stopped']], code: 'INSTANCE_NOT_FOUND' });
  },
  timeout,
);

it(
  'it does not compile when it is used wrongly',
  async () => {
    const complaints = await client.compile(`${program}${wrong.join('\n')}`);
    const first = program.split('\n').length;
    for (const at of wrong.keys()) expect(complaints).toContain(`main.ts(${first + at},`);
    expect(complaints.match(/error TS/g)).toHaveLength(wrong.length);
  },
  timeout,
);
