import type { InstanceDefinition } from '@llamactl/contract';
import { type SpawnedProgram, spawnProgram } from '@llamactl/testkit';
import type { BuiltProgram } from './build-program.js';
import type { KeptHome } from './kept-home.js';

/** Names that begin alike. */
export const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Starts the program of `busy-app.ts`; it says `ready` once all steady instances run. */
export function startManager(
  program: BuiltProgram,
  { dataDir, portRange, command, model }: KeptHome,
  work: { steady: readonly string[]; busy: readonly string[] },
): Promise<SpawnedProgram> {
  const settings = JSON.stringify({ dataDir, portRange, command, model, ...work });
  return spawnProgram(process.execPath, [program.file, settings], {
    // What it starts is to outlive it, so the tree of this program must not be killed with it.
    env: { PATH: process.env.PATH },
  });
}

/** The values that are right for each name by what a killed manager said; null for "not there". */
export type Known = Map<string, Set<number | null>>;

/** Takes over what a manager said it did. What was tried and not acknowledged may have come about or not. */
export function learn(known: Known, output: string): void {
  const open = new Map<string, [operation: string, value: number]>();
  const outcomeOf = (operation: string, value: number) => (operation === 'remove' ? null : value);
  for (const line of output.split('\n')) {
    const [what, operation = '', name = '', text = ''] = line.split(' ');
    if (!['create', 'update', 'remove'].includes(operation)) continue;
    if (what === 'try') open.set(name, [operation, Number(text)]);
    else open.delete(name);
    if (what === 'done') known.set(name, new Set([outcomeOf(operation, Number(text))]));
  }
  for (const [name, [operation, value]] of open) {
    known.set(name, new Set([...(known.get(name) ?? [null]), outcomeOf(operation, value)]));
  }
}

/** What has to be there, and with which value. */
export function rightDefinitions(known: Known, steady: readonly string[]) {
  const right = new Map<string, (found: InstanceDefinition) => boolean>();
  for (const name of steady) right.set(name, () => true);
  for (const [name, values] of known) {
    if (values.has(null)) continue;
    right.set(name, ({ options }) => values.has(Number(options.seed)));
  }
  return right;
}
