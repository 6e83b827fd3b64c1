import { LlamactlError } from '@llamactl/contract';
import { isMap, parseDocument } from 'yaml';
import { type Environment, hideReferences, substituteVariables } from './substitute-variables.js';

/** A configuration file that was read. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** Reads the text of a configuration file into plain data; an empty one is `{}`. */
export function parseConfigFile(file: ConfigFile, environment: Environment): object {
  const { text, references } = hideReferences(file.text);
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw invalidFile(file, error.message.split(/:?\n/)[0] ?? '', error);
  if (document.contents === null) return {};
  if (!isMap(document.contents)) throw invalidFile(file, 'it must hold a mapping of sections');
  const [missing] = substituteVariables(document, references, environment);
  if (missing !== undefined) {
    throw invalidFile(file, `the environment variable ${missing} is not set`);
  }
  return toPlain(file, () => document.toJS({ maxAliasCount: 100 }));
}

function toPlain(file: ConfigFile, convert: () => object): object {
  try {
    return convert();
  } catch (error) {
    throw invalidFile(file, error instanceof Error ? error.message : 'it cannot be read', error);
  }
}

function invalidFile(file: ConfigFile, problem: string, cause?: unknown): LlamactlError {
  return new LlamactlError('VALIDATION_FAILED', `${file.path}: ${problem}.`, {
    details: 'Correct the configuration file and start again.',
    cause,
  });
}
