import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load-config.js';

const schema = createRequire(import.meta.url)('@llamactl/server/config.schema.json') as object;
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

/** As editors look at a file: references are text to them. */
function isFineInEditors(text: string): boolean {
  return validate(parse(text.replaceAll(/\$\{[^}]*\}/g, (match) => JSON.stringify(match))));
}

function isFineForServers(text: string): boolean {
  try {
    loadConfig({ file: { path: 'llamactl.yaml', text } });
    return true;
  } catch {
    return false;
  }
}

test('the example is right for editors and for servers', async () => {
  const example = new URL('../../../../docs/user-guide/llamactl.example.yaml', import.meta.url);
  const text = await readFile(example, 'utf8');
  expect(validate(parse(text))).toBe(true);
  const { config } = loadConfig({
    file: { path: 'llamactl.example.yaml', text },
    environment: { PORT: '9999', HF_TOKEN: 'x' },
  });
  expect(config).toMatchObject({
    server: { port: 9999 },
    models: { roots: ['/models', '/root/.cache/huggingface'] },
    backends: { 'llama-cpp': { env: { HF_TOKEN: 'x' } } },
  });
});

test.each([
  ['', true],
  ['server:\nlogs:\n  # max_files: 3\nbackends:\n  llama-cpp:\n    env:\n', true],
  ['{ server: { port: 1, trusted_proxies: [10.0.0.0/8] }, rate_limit: { regular: 1 } }', true],
  ['{ instances: { port_range: [1, 2], backend_auth: none }, metrics: { interval: 0.5 } }', true],
  [`{ server: { port: \${P:-8080}, base_path: \${B:-/x} } }`, true],
  [`{ instances: { port_range: [\${A:-1}, 2], backend_auth: \${C:-none} } }`, true],
  [`{ backends: { llama-cpp: { allow_command: \${D:-true}, env: { A: \${E:-x} } } } }`, true],
  ['{ instances: { hang_timeout: 0, health_interval: 1 } }', true],
  ['{ instances: { hang_timeout: 10.5 } }', true],
  ['{ sever: {} }', false],
  ['{ server: { prot: 1 } }', false],
  ['{ server: { port: "80" } }', false],
  ['{ server: { base_path: x } }', false],
  ['{ instances: { port_range: [1] } }', false],
  ['{ instances: { port_range: [1, 2, 3] } }', false],
  ['{ instances: { backend_auth: maybe } }', false],
  ['{ instances: { hang_timeout: 9 } }', false],
  ['{ instances: { health_interval: 0.5 } }', false],
  ['{ models: { roots: /a } }', false],
  ['{ models: { roots: [1] } }', false],
  ['{ backends: { llama-cpp: { env: { A: 1 } } } }', false],
  ['{ logs: { max_files: null } }', false],
  ['[]', false],
])('the schema says of %j what a server says: %s', (text, isFine) => {
  expect({ editors: isFineInEditors(text), servers: isFineForServers(text) }).toEqual({
    editors: isFine,
    servers: isFine,
  });
});

test('every setting is described, with its default and its unit', () => {
  expect(settingsOf(schema as Part).filter(([, { description }]) => !description)).toEqual([]);
  const settings = Object.fromEntries(settingsOf(schema as Part));
  expect(settings['logs.max_file_size']).toMatchObject({
    default: 20_971_520,
    description: expect.stringContaining('in bytes'),
  });
  expect(settings['rate_limit.regular']?.description).toMatch(/, per minute\.$/);
});

interface Part {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Part>>;
}

function settingsOf({ properties = {} }: Part, path = ''): [string, Part][] {
  return Object.entries(properties).flatMap(([key, part]): [string, Part][] =>
    part.properties ? settingsOf(part, `${path}${key}.`) : [[`${path}${key}`, part]],
  );
}
