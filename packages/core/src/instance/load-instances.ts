import type { InstanceDefinition } from '@llamactl/contract';
import { readAllFacts, refuseNewerRuns } from './find-runs.js';
import type { InstanceContext } from './instance-context.js';
import { type Reconciled, reconcileRuns } from './reconcile-runs.js';
import type { RunFacts } from './run-facts.js';

/**
 * Loads what is kept of instances, and settles what earlier managers left of them.
 * @throws LlamactlError STORAGE_ERROR, also when a newer release wrote some of it; nothing is changed then
 */
export async function loadInstances(
  context: InstanceContext,
): Promise<{ definitions: readonly InstanceDefinition[]; left: Reconciled }> {
  await refuseNewerRuns(context.runsDir);
  const pasts = await context.pasts.load();
  const definitions = await loadDefinitions(context);
  const byKey = new Map(definitions.map((each) => [keyOf(each), each]));
  return { definitions, left: await reconcileRuns(context, { definitions: byKey, pasts }) };
}

/** Those that cannot be read are made up for by the record of a run, which holds what it was started with. */
async function loadDefinitions(context: InstanceContext): Promise<readonly InstanceDefinition[]> {
  const { store, runsDir, onWarning } = context;
  const definitions = await store.load();
  const missing = new Set((store.unreadable?.() ?? []).map((name) => name.toLowerCase()));
  for (const each of definitions) missing.delete(keyOf(each));
  if (missing.size === 0) return definitions;
  const found = newestOf(await readAllFacts(runsDir), missing);
  for (const definition of found) {
    const { name } = definition;
    onWarning(
      `"${name}" has the definition again that its run was started with; later changes are lost`,
      null,
    );
    await store.put(definition).catch((error: unknown) => {
      onWarning(`The definition of "${name}" could not be written down`, error);
    });
  }
  return [...definitions, ...found];
}

function newestOf(all: readonly RunFacts[], names: ReadonlySet<string>): InstanceDefinition[] {
  const newest = new Map<string, RunFacts>();
  for (const facts of all) {
    const key = keyOf(facts.definition);
    if (!names.has(key)) continue;
    if (facts.generation > (newest.get(key)?.generation ?? 0)) newest.set(key, facts);
  }
  return [...newest.values()].map(({ definition }) => definition);
}

function keyOf({ name }: InstanceDefinition): string {
  return name.toLowerCase();
}
