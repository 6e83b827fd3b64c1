import { fieldTable } from './field-table.mjs';
import { linkShapes } from './link-shapes.mjs';
import { markdownTable } from './markdown-table.mjs';
import { valueType } from './value-type.mjs';

/** @typedef {import('./json-schema.mjs').JsonSchema} JsonSchema */

/**
 * An AsyncAPI document, as far as the page shows it.
 * @typedef {object} AsyncApi
 * @property {{ description: string }} info
 * @property {Record<string, Channel>} channels
 * @property {{ messages: Record<string, Message>, schemas: Record<string, JsonSchema>, securitySchemes: Record<string, { description: string }> }} components
 *
 * @typedef {object} Channel
 * @property {string} address
 * @property {{ ws: { query: JsonSchema, headers: JsonSchema } }} bindings
 * @property {Record<string, string>} x-subprotocols
 * @property {Record<string, string>} x-close-codes
 *
 * @typedef {object} Message
 * @property {string} summary
 * @property {readonly { name: string }[]} tags
 * @property {JsonSchema} payload
 * @property {readonly { payload: unknown }[]} examples
 */

/**
 * An AsyncAPI document for people to read, as a whole page of Markdown.
 * @param {AsyncApi} document
 * @returns {string}
 */
export function asyncApiPage(document) {
  const { info, channels, components } = linkShapes(document);
  const messages = Object.entries(components.messages);
  const parts = [
    '# The WebSocket',
    'This page is generated from the [AsyncAPI document](../packages/contract/documents/asyncapi.json), which every server has at `/api/asyncapi.json`.',
    info.description,
    ...Object.values(channels).map((channel) => opening(channel, components.securitySchemes)),
    `## Messages\n\nEach is a JSON text with these fields, and \`data\` as below.`,
    fieldTable({ properties: envelopeOf(messages[0]?.[1].payload) }),
    ...messages.map(([name, message]) => messageSection(name, message)),
    '## Shapes',
    ...Object.entries(components.schemas).map(([name, schema]) => shapeSection(name, schema)),
    ...Object.values(channels).map(
      (channel) => `## Close codes\n\n${table('code', channel['x-close-codes'])}`,
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

/**
 * @param {Channel} channel
 * @param {AsyncApi['components']['securitySchemes']} schemes
 */
function opening({ address, bindings: { ws }, 'x-subprotocols': subprotocols }, schemes) {
  const credentials = Object.entries(schemes).map(([name, { description }]) => [name, description]);
  return [
    `## Opening it\n\n\`\`\`\nws://localhost:8080${address}\n\`\`\``,
    `The query may have:\n\n${fieldTable(ws.query)}`,
    `Headers that count:\n\n${fieldTable(ws.headers)}`,
    `Subprotocols:\n\n${table('subprotocol', subprotocols)}`,
    `Credentials, one of which is asked for while authentication is on:\n\n${table('credential', Object.fromEntries(credentials))}`,
  ].join('\n\n');
}

/**
 * @param {string} name
 * @param {Message} message
 */
function messageSection(name, { summary, tags, payload, examples }) {
  const data = payload.properties?.data ?? {};
  const kind = tags.some((tag) => tag.name === 'control') ? ' It comes whatever `types` says.' : '';
  const fields =
    data['x-shape'] === undefined
      ? fieldTable({ properties: { data } })
      : `\`data\` is ${data['x-shape']}.`;
  const example = JSON.stringify(examples[0]?.payload, null, 2);
  return `### ${name}\n\n${summary}${kind}\n\n${fields}\n\n\`\`\`json\n${example}\n\`\`\``;
}

/**
 * @param {string} name
 * @param {JsonSchema} schema
 */
function shapeSection(name, schema) {
  const { description = '', properties } = schema;
  const body = properties === undefined ? `Type: ${valueType(schema)}.` : fieldTable(schema);
  return `### ${name}\n\n${description}\n\n${body}`;
}

/** @param {JsonSchema} [payload] */
function envelopeOf({ properties = {} } = {}) {
  const { data: _, type, ...rest } = properties;
  return { type: { ...type, const: undefined }, ...rest };
}

/**
 * @param {string} head
 * @param {Readonly<Record<string, string>>} rows
 */
function table(head, rows) {
  return markdownTable(
    [head, 'what'],
    Object.entries(rows).map(([key, text]) => [`\`${key}\``, text]),
  );
}
