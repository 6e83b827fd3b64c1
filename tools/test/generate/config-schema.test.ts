import { configFileOnly, configFileSchema } from '@llamactl/contract';
import { expect, test } from 'vitest';
import { configSchema } from '../../generate/config-schema.mjs';
import { configTable } from '../../generate/config-table.mjs';

test('takes references where the server does, empty sections, and nothing unknown', () => {
  const { properties, additionalProperties } = JSON.parse(configSchema(configFileSchema));
  expect(additionalProperties).toBe(false);
  const { server, logs, instances, backends } = properties;
  expect(logs).toMatchObject({ type: ['object', 'null'], additionalProperties: false });
  expect(logs.properties.max_file_size).toEqual({
    description: 'Size at which the log file of an instance is rotated, in bytes.',
    default: 20_971_520,
    anyOf: [expect.objectContaining({ type: 'integer' }), { $ref: '#/definitions/reference' }],
  });
  expect(server.properties.host).toMatchObject({ type: 'string', default: 'localhost' });
  expect(instances.properties.port_range.items).toEqual([
    expect.objectContaining({ anyOf: expect.any(Array) }),
    expect.objectContaining({ anyOf: expect.any(Array) }),
  ]);
  expect(backends.properties['llama-cpp'].properties.env.type).toEqual(['object', 'null']);
});

test('lists every setting with its default, its variable and whether PUT may change it', () => {
  const variableOf = (path: readonly string[]) => path.join('_');
  const table = configTable(configFileSchema, { fileOnly: ['logs.max_files'], variableOf });
  const lines = table.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
  expect(lines[0]).toBe('| setting | default | type | what | variable | by PUT |');
  for (const [start, end] of [
    ['| `logs.max_files` | `5` | integer from 1 to 100 |', '| `logs_max_files` | no |'],
    ['| `logs.max_file_size` | `20971520` | integer from 65536, in bytes |', ' yes |'],
    ['| `rate_limit.regular` | `100` | integer from 1 to 1000000, per minute |', ' yes |'],
    ['| `backends.llama-cpp.env` | `{}` | mapping |', '`backends_llama-cpp_env__NAME` | yes |'],
    ['| `data_dir` | | string |', ' yes |'],
  ] as const) {
    expect(lines.filter((line) => line.startsWith(start) && line.endsWith(end))).toHaveLength(1);
  }
});

test('each setting that is for the file alone is one that there is', () => {
  const table = configTable(configFileSchema, { fileOnly: [], variableOf: () => '' });
  for (const path of configFileOnly) expect(table).toMatch(new RegExp(`\`${path}(\\.[^\`]+)?\``));
});
