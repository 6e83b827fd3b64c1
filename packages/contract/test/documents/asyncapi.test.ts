import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import * as formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { buildAsyncApi } from '../../src/documents.js';
import { closeCodes, eventTypes, serverMessages } from '../../src/index.js';
import { documentChecker, type Part, pointerTo } from '../support/document-checker.js';

const document: Part = buildAsyncApi(manifest.version);
const types = Object.keys(serverMessages);

/** Holds a document against the official schema, the one without ids: those are addresses to fetch. */
function createOfficialCheck() {
  const name = '@asyncapi/specs/schemas/3.0.0-without-$id.json';
  const ajv = new Ajv({ strict: false, logger: false });
  formats.default.default(ajv);
  return ajv.compile(createRequire(import.meta.url)(name));
}

describe('the AsyncAPI document', () => {
  it('is the one that is committed', async () => {
    const file = new URL('../../documents/asyncapi.json', import.meta.url);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(document);
  });

  it('is valid against the official schema, which finds what is not', () => {
    const check = createOfficialCheck();
    expect(check(document) || check.errors).toBe(true);
    expect(check({ ...document, channels: { events: { address: 1 } } })).toBe(false);
  });

  it('has every message, each as an event or as a control message', () => {
    const { operations, components, channels } = document;
    expect(Object.keys(components.messages)).toEqual(types);
    expect(Object.keys(channels.events.messages)).toEqual(types);
    const named = (operation: Part) =>
      operation.messages.map(({ $ref }: Part) => $ref.split('/').at(-1));
    expect(named(operations.sendEvent)).toEqual(eventTypes);
    expect([...named(operations.sendEvent), ...named(operations.sendControl)]).toEqual(types);
  });

  it('says how to connect, and why a socket is closed', () => {
    const { bindings, ...channel } = document.channels.events;
    expect(Object.keys(bindings.ws.query.properties)).toEqual(['since', 'types']);
    expect(channel['x-close-codes']).toEqual(closeCodes);
    expect(Object.keys(channel['x-subprotocols'])).toContain('llamactl.v1');
  });
});

describe('messages', () => {
  const checker = documentChecker(document);
  const messages: [type: string, message: Part][] = Object.entries(document.components.messages);

  it.each(messages)('%s: the example fits', (type, { examples, summary }) => {
    const pointer = pointerTo('components', 'messages', type, 'payload');
    expect(summary).toMatch(/\.$/);
    expect(examples).toHaveLength(1);
    expect(examples[0].payload.type).toBe(type);
    expect(checker.problems(pointer, examples[0].payload)).toEqual([]);
    expect(checker.problems(pointer, { ...examples[0].payload, seq: 'x' })).toHaveLength(1);
  });
});
