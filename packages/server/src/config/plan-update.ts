import { isDeepStrictEqual } from 'node:util';
import { type ConfigOverride, configFileOnly, type Issue, LlamactlError } from '@llamactl/contract';
import { secretMask } from '@llamactl/core';
import { type DataPath, isWithin, type Leaf, leavesOf, valueAt } from './plain-data.js';
import type { Setting } from './read-settings.js';
import { holdsReference } from './substitute-variables.js';

/** The settings that a change is held against. */
export interface PresentSettings {
  /** As callers see them: secrets masked. */
  readonly shown: unknown;
  /** Those that count. */
  readonly effective: unknown;
  /** Those of the file alone, with defaults. */
  readonly own: unknown;
  decidingPart(path: DataPath): Setting | undefined;
}

/** What a change comes to. */
export interface UpdatePlan {
  /** Values that become others in the file. */
  readonly changes: readonly Leaf[];
  /** What was asked for, and something that goes over the file says otherwise. */
  readonly overridden: readonly ConfigOverride[];
}

/**
 * What changes in the file when a caller wants these settings. What is asked for as it is shown stays
 * as it is, so that a whole configuration can be sent back with one value changed, secrets masked and all.
 *
 * @throws LlamactlError CONFIG_FILE_ONLY, VALIDATION_FAILED
 */
export function planUpdate(wanted: object, present: PresentSettings): UpdatePlan {
  const { shown, effective, own, decidingPart } = present;
  const differs = ({ path, value }: Leaf, from: unknown) =>
    !isDeepStrictEqual(valueAt(from, path), value);
  const asked = leavesOf(wanted).filter(
    (leaf) => !isEmptyMapping(leaf.value) && differs(leaf, shown) && differs(leaf, effective),
  );
  const changes = asked.filter((leaf) => differs(leaf, own));
  refuseFileOnly(changes);
  refuseUnwritable(changes);
  const overridden = asked.flatMap(({ path }): ConfigOverride[] => {
    const by = decidingPart(path)?.by ?? 'file';
    return by === 'file' ? [] : [{ path: path.join('.'), by }];
  });
  return { changes, overridden };
}

function isEmptyMapping(value: unknown): boolean {
  return isDeepStrictEqual(value, {});
}

function refuseFileOnly(changes: readonly Leaf[]): void {
  const paths = changes
    .filter(({ path }) => configFileOnly.some((start) => isWithin(path, start.split('.'))))
    .map(({ path }) => path.join('.'));
  if (paths.length === 0) return;
  const message = 'changes in the configuration file alone';
  const what = paths.length > 1 ? `${paths.join(', ')} change` : `${paths[0]} changes`;
  throw new LlamactlError('CONFIG_FILE_ONLY', `${what} in the configuration file alone.`, {
    details: 'Nothing was changed. Edit the file and restart the server, or send the rest alone.',
    issues: paths.map((path) => ({ path, message })),
  });
}

/** Texts that would be something else in the file than what they say. */
function refuseUnwritable(changes: readonly Leaf[]): void {
  const issues = changes.flatMap(({ path, value }): Issue[] => {
    const texts = [value].flat().filter((item) => typeof item === 'string');
    const message = texts.map(whyUnwritable).find((why) => why !== null);
    return message ? [{ path: path.join('.'), message }] : [];
  });
  if (issues.length === 0) return;
  throw new LlamactlError('VALIDATION_FAILED', `${issues[0]?.path} ${issues[0]?.message}.`, {
    details: 'Nothing was changed. Correct the value and send it again.',
    issues,
  });
}

function whyUnwritable(text: string): string | null {
  if (text.includes(secretMask)) return 'holds the mask of a secret, but there is none';
  return holdsReference(text) ? 'must not refer to a variable; only the file may' : null;
}
