import { readFile } from 'node:fs/promises';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { errorsOf } from '../../src/documents/errors-of.js';
import { buildOpenApi } from '../../src/documents.js';
import { httpStatusOf, type Operation, operations, staticRoutes } from '../../src/index.js';
import { documentChecker, type Part, pointerTo, resolve } from '../support/document-checker.js';
import { examplesIn } from '../support/examples-in.js';

const document: Part = buildOpenApi(manifest.version);
const text = JSON.stringify(document);
const table = Object.entries(operations as Record<string, Operation>);
const described = (row: Operation) => document.paths[row.path][row.method.toLowerCase()];
const answersOf = (row: Operation): [status: string, answer: Part][] =>
  Object.entries(described(row).responses).map(([status, answer]) => [
    status,
    resolve(document, answer),
  ]);

describe('the OpenAPI document', () => {
  it('is the one that is committed', async () => {
    const file = new URL('../../documents/openapi.json', import.meta.url);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(document);
  });

  it('is valid against the official schema, which finds what is not', async () => {
    expect(await new Validator().validate(JSON.parse(text))).toMatchObject({ valid: true });
    const broken = { ...JSON.parse(text), servers: [{}] };
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  it('passes the strict rules of a linter', async () => {
    const config = await createConfig({
      extends: ['recommended-strict'],
      // The server runs on the machine of whoever reads this.
      rules: { 'no-server-example.com': 'off' },
    });
    const problems = await lintFromString({ source: text, config, absoluteRef: 'openapi.json' });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  it('has every operation under its own id, what goes on to an instance and what is handed out as it is, and nothing else', () => {
    const ids = Object.values<Part>(document.paths).flatMap((methods) =>
      Object.values<Part>(methods).map(({ operationId }) => operationId),
    );
    const proxied = ids.filter((id) => id.startsWith('proxy'));
    expect(ids).toEqual([...table.map(([id]) => id), ...proxied, ...Object.keys(staticRoutes)]);
    for (const [id, row] of table) {
      expect(described(row)).toMatchObject({ operationId: id, summary: row.summary });
    }
  });

  it('has a name of its own for each path and query parameter', () => {
    for (const [id, row] of table) {
      const named = (described(row).parameters ?? [])
        .filter((parameter: Part) => parameter.in !== 'header')
        .map((parameter: Part) => `${parameter.in} ${parameter.name}`);
      const path = Object.keys(row.params?.shape ?? {}).map((name) => `path ${name}`);
      const query = Object.keys(row.query?.shape ?? {}).map((name) => `query ${name}`);
      expect({ id, named }).toEqual({ id, named: [...path, ...query] });
    }
  });
});

it('what goes on to an instance is there with every method that a document has a place for', () => {
  const methods = document.paths['/api/instances/{name}/proxy/{path}'];
  expect(Object.keys(methods).sort()).toEqual(
    ['delete', 'get', 'head', 'options', 'patch', 'post', 'put', 'trace'].sort(),
  );
  for (const { responses } of Object.values<Part>(methods)) {
    expect(Object.keys(responses)).toEqual(['4XX', '5XX', 'default']);
  }
});

describe('answers', () => {
  it.each(table)('%s: each error code is under its status, with an example', (_id, row) => {
    const answers = Object.fromEntries(answersOf(row));
    for (const code of errorsOf(row)) {
      const { description, content } = answers[httpStatusOf(code)];
      const { schema, examples } = content['application/json'];
      expect(description).toContain(`\`${code}\`: `);
      expect(schema.properties.code.enum).toContain(code);
      expect(resolve(document, examples[code]).value).toMatchObject({ code });
    }
    expect(answers[row.status].content['application/json'].example).toBeDefined();
  });

  it('have no code that cannot come', () => {
    expect(errorsOf(operations.getHealth)).not.toContain('INSTANCE_NOT_FOUND');
    expect(errorsOf(operations.getHealth)).not.toContain('UNAUTHORIZED');
    expect(errorsOf(operations.listUsers)).toContain('AUTH_DISABLED');
  });

  it.each(table)('%s: headers are documented where they come', (_id, row) => {
    for (const [status, { headers }] of answersOf(row)) {
      const names = Object.keys(headers);
      const has = (name: string) => names.includes(name);
      const counted = row.rate !== 'uncounted';
      expect({ status, id: has('X-Request-Id') }).toEqual({ status, id: true });
      expect({ status, counted: has('X-RateLimit-Reset') }).toEqual({ status, counted });
      expect(has('Retry-After')).toBe(['429', '503'].includes(status));
      expect(has('Allow')).toBe(status === '405');
      expect(has('WWW-Authenticate')).toBe(status === '401');
    }
  });

  it('of followed logs are streams, too', () => {
    const { content } = described(operations.getInstanceLogs).responses[200];
    expect(Object.keys(content)).toEqual([
      'application/json',
      'application/x-ndjson',
      'text/event-stream',
    ]);
  });
});

describe('security', () => {
  it.each(table)('%s: asks for what the table says', (_id, row) => {
    const { security } = described(row);
    if (row.access === 'public') expect(security).toEqual([]);
    else if (row.access === 'account') expect(security).toContainEqual({ api_key: ['admin'] });
    else {
      const scopes = row.access === 'any' ? [] : [row.access];
      expect(security).toEqual([{ bearer: scopes }, { api_key: scopes }]);
    }
  });
});

describe('schemas', () => {
  const checker = documentChecker(document);

  it('have examples that fit', () => {
    const examples = [...examplesIn(document)];
    expect(examples.length).toBeGreaterThan(150);
    for (const { at, schema, value } of examples) {
      const shown = pointerTo(...at);
      expect({ shown, problems: checker.problems(pointerTo(...schema), value) }).toEqual({
        shown,
        problems: [],
      });
    }
  });

  it('refuse an example that does not fit', () => {
    const pointer = pointerTo('components', 'schemas', 'CreateInstance');
    expect(checker.problems(pointer, { name: 'a' })).toHaveLength(1);
    expect(checker.problems(pointer, { name: 'a', model_path: '/m', port: 0 })).toHaveLength(1);
    expect(checker.problems(pointer, { name: 'a', model_path: '/m', pid: 1 })).toHaveLength(1);
  });

  it('are written out once', () => {
    const insides = Object.entries<Part>(document.components.schemas).flatMap(
      ([name, { properties, enum: values }]) =>
        [properties, values].flatMap((part) =>
          part === undefined ? [] : [[name, JSON.stringify(part)] as const],
        ),
    );
    expect(insides.length).toBeGreaterThan(30);
    for (const [name, json] of insides) {
      expect({ name, times: text.split(json).length - 1 }).toEqual({ name, times: 1 });
    }
  });
});
