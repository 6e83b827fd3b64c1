import { type InstanceDefinition, instanceDefinitionSchema } from '@llamactl/contract';
import { newerVersion } from './newer-version.js';

/** Version of the files that this release reads and writes. */
const version = 1;

// The prefix keeps names that Windows reserves, such as `con`, from being file names.
const prefix = 'instance-';
const suffix = '.json';

/** What a definition file turned out to hold. */
export type DefinitionFile =
  | { readonly kind: 'good'; readonly definition: InstanceDefinition }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'corrupt'; readonly reason: string };

/** Name of the file that keeps the definition of an instance; the same for names that differ by case only. */
export function definitionFileName(instance: string): string {
  return `${prefix}${instance.toLowerCase()}${suffix}`;
}

/** Whether a file in the folder is one that keeps a definition. */
export function isDefinitionFileName(fileName: string): boolean {
  return fileName.startsWith(prefix) && fileName.endsWith(suffix);
}

/** The name of an instance in lower case, from that of its file. */
export function instanceOfFile(fileName: string): string {
  return fileName.slice(prefix.length, -suffix.length);
}

export function formatDefinition(definition: InstanceDefinition): string {
  return `${JSON.stringify({ version, definition }, null, 2)}\n`;
}

/** Reads the text of a definition file; never throws. */
export function parseDefinition(fileName: string, text: string): DefinitionFile {
  const content = parseObject(text);
  if (content === null) return corrupt('it is not a JSON object');
  const newer = newerVersion(content, version);
  if (newer !== null) return { kind: 'newer', version: newer };
  if (content.version !== version) return corrupt('its version is not a number that exists');
  const parsed = instanceDefinitionSchema.safeParse(content.definition);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return corrupt(`${issue?.path.join('.') ?? 'definition'}: ${issue?.message ?? 'wrong'}`);
  }
  if (definitionFileName(parsed.data.name) !== fileName) {
    return corrupt(`it holds the definition of ${parsed.data.name}`);
  }
  return { kind: 'good', definition: parsed.data };
}

function corrupt(reason: string): DefinitionFile {
  return { kind: 'corrupt', reason };
}

function parseObject(text: string): { version?: unknown; definition?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
