import * as contract from '@llamactl/contract';
import { fieldTable } from './field-table.mjs';
import { jsonSchema } from './json-schema.mjs';
import { markdownTable } from './markdown-table.mjs';
import { messageSection } from './message-section.mjs';
import { operationSection } from './operation-section.mjs';
import { statusTable } from './status-table.mjs';

/** Shapes that have a section of their own, by its heading. */
const sections = {
  Instance: contract.instanceSchema,
  InstanceDetails: contract.instanceDetailsSchema,
  InstanceStats: contract.instanceStatsSchema,
  LastExit: contract.lastExitSchema,
  LogEntry: contract.logEntrySchema,
  BatchResult: contract.batchResultSchema,
  SystemStatus: contract.systemStatusSchema,
  Alert: contract.alertSchema,
  User: contract.userSchema,
  ApiKey: contract.apiKeySchema,
  Error: contract.errorBodySchema,
};

/** Shapes that hold all of another one; only what they add is written out. */
const bases = new Map([['InstanceDetails', contract.instanceSchema]]);

/** Links to where shapes are described, by their schemas. */
const shapes = new Map([
  ...Object.entries(sections).map(([name, schema]) => link(schema, name, `#${name.toLowerCase()}`)),
  link(contract.failureSchema, 'failure', 'managing-instances.md#failures'),
  link(contract.configSchema, 'Config', 'configuration.md#settings'),
  link(contract.configFileSchema, 'Config', 'configuration.md#settings'),
]);

/**
 * Every part of the API reference that the contract knows, by its marker.
 * @returns {[marker: string, content: string][]}
 */
export function apiReferenceParts() {
  return [
    ...Object.entries(contract.operations).map(([id, operation]) =>
      part(`operation ${id}`, operationSection(operation, shapes)),
    ),
    ...Object.entries(sections).map(([name, schema]) => part(`shape ${name}`, shape(name, schema))),
    ...Object.entries(contract.serverMessages).map(([type, message]) =>
      part(`message ${type}`, messageSection(message, shapes)),
    ),
    part('statuses', statusTable(contract.errorCatalogue)),
    part('close codes', markdownTable(['code', 'why'], Object.entries(contract.closeCodes))),
    part('common errors', `${contract.commonErrors.map((code) => `\`${code}\``).join(', ')}.`),
  ];
}

/**
 * @param {string} name
 * @param {import('./json-schema.mjs').ZodSchema} schema
 */
function shape(name, schema) {
  const known = Object.keys(bases.get(name)?.shape ?? {});
  const { properties = {}, ...rest } = jsonSchema(schema, shapes);
  const own = Object.entries(properties).filter(([key]) => !known.includes(key));
  return fieldTable({ ...rest, properties: Object.fromEntries(own) });
}

/**
 * @param {object} schema
 * @param {string} name
 * @param {string} target
 * @returns {[object, string]}
 */
function link(schema, name, target) {
  return [schema, `[${name}](${target})`];
}

/**
 * @param {string} marker
 * @param {string} content
 * @returns {[string, string]}
 */
function part(marker, content) {
  return [marker, content];
}
