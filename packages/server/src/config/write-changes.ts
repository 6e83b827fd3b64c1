import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LlamactlError } from '@llamactl/contract';
import { checkStart } from './check-start.js';
import { asSentence, type ConfigProblem, issuesOf } from './config-problem.js';
import {
  type ConfigSource,
  type CurrentSettings,
  type LocatedFile,
  readWith,
} from './config-source.js';
import { editYaml, type YamlEdit } from './edit-yaml.js';
import { type Leaf, layOver, nest, valueAt } from './plain-data.js';
import type { Reading } from './read-settings.js';
import { writeConfigFile } from './write-config-file.js';

/** What a file begins with that is made here. */
const header = '# Settings of Llamactl. What is left out has its default.\n';

/**
 * Writes changes to the file if a start with them would be fine; returns the settings as they are then, or
 * `outrun` when the file was changed by somebody else meanwhile.
 *
 * @throws LlamactlError VALIDATION_FAILED, CONFIG_NOT_KEPT, STORAGE_ERROR, STORAGE_FULL
 */
export async function writeChanges(
  source: ConfigSource,
  now: CurrentSettings,
  changes: readonly Leaf[],
): Promise<Reading | 'outrun'> {
  const file = writable(now.file);
  const { text, next } = edited(source, file, now, changes);
  if (next.config === null) throw invalid(next.problems);
  const problems = await checkStart(next.config, next);
  if (problems.length > 0) throw invalid(problems);
  if ((await source.locate())?.text !== file.text) return 'outrun';
  await writeConfigFile(file.path, text);
  return next;
}

function writable(file: LocatedFile | null): LocatedFile {
  if (file === null) {
    throw new LlamactlError('CONFIG_NOT_KEPT', 'There is no file to keep settings in.', {
      details: 'Start the server with a data folder; until then, the app that runs it decides.',
    });
  }
  if (!file.isStream) return file;
  throw new LlamactlError(
    'STORAGE_ERROR',
    `${basename(file.path)} cannot be written: it is no file.`,
    {
      details: 'Nothing was changed. Start the server with a regular file for --config.',
    },
  );
}

function edited(
  source: ConfigSource,
  file: LocatedFile,
  { ownRaw }: Reading,
  changes: readonly Leaf[],
): { text: string; next: Reading } {
  const wanted = changes.reduce<unknown>(
    (all, { path, value }) => layOver(all, nest(path, value)),
    ownRaw,
  );
  const items = changes.flatMap((change) => itemsOf(change, valueAt(ownRaw, change.path)));
  for (const edits of [items, changes]) {
    const text = editYaml(file.text ?? header, edits);
    const next = readWith(source, { ...file, text });
    if (isDeepStrictEqual(next.ownRaw, wanted)) return { text, next };
  }
  const name = basename(file.path);
  throw new LlamactlError(
    'STORAGE_ERROR',
    `${name} is written in a way that only people can edit.`,
    {
      details: 'Nothing was changed. Edit the file by hand, or write it in a plainer way.',
    },
  );
}

/** A list that keeps its length is changed item by item, so that the others stay as they are written. */
function itemsOf({ path, value }: Leaf, before: unknown): YamlEdit[] {
  if (!Array.isArray(value) || !Array.isArray(before) || value.length !== before.length) {
    return [{ path, value }];
  }
  return value.flatMap((item, index) =>
    isDeepStrictEqual(item, before[index]) ? [] : [{ path: [...path, String(index)], value: item }],
  );
}

function invalid(problems: readonly ConfigProblem[]): LlamactlError {
  const what = problems.map(({ path, message }) => [path, message].filter(Boolean).join(' '));
  return new LlamactlError('VALIDATION_FAILED', asSentence(what), {
    details: 'Nothing was changed. A start with these settings would be refused; correct them.',
    issues: issuesOf(problems),
  });
}
