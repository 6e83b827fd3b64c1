import type { CreateInstance, InstanceDefinition, UpdateInstance } from '@llamactl/contract';
import { changedDefinition, newDefinition } from './definition.js';
import { backendNamed, type InstanceContext } from './instance-context.js';

/** Gives a new instance its port and defaults, checks it and stores it. */
export async function keepNewDefinition(
  context: InstanceContext,
  input: CreateInstance,
): Promise<InstanceDefinition> {
  const definition = newDefinition(input, await claimPort(context, input), new Date());
  try {
    await check(context, definition);
    await context.store.put(definition);
  } catch (error) {
    context.ports.release(definition.port, definition.name);
    throw error;
  }
  return definition;
}

/** Lays changes over a definition, claims its port, checks it and stores it. The caller releases what is left over. */
export async function keepChangedDefinition(
  context: InstanceContext,
  old: InstanceDefinition,
  changes: UpdateInstance,
): Promise<InstanceDefinition> {
  const definition = changedDefinition(old, changes, new Date());
  await check(context, definition);
  context.ports.claim(definition.port, definition.name);
  await context.store.put(definition);
  return definition;
}

/** Gives an instance a free port in place of its own, and stores that. The caller releases the old one. */
export async function keepOtherPort(
  { ports, store }: InstanceContext,
  old: InstanceDefinition,
): Promise<InstanceDefinition> {
  const port = await ports.allocate(old.name);
  const definition = { ...old, port, updated_at: new Date().toISOString() };
  try {
    await store.put(definition);
  } catch (error) {
    ports.release(port, old.name);
    throw error;
  }
  return definition;
}

async function check(context: InstanceContext, definition: InstanceDefinition): Promise<void> {
  const { modelRoots, dataDir } = context;
  await backendNamed(context, definition.backend).check(definition, { modelRoots, dataDir });
}

async function claimPort({ ports }: InstanceContext, { name, port }: CreateInstance) {
  if (port === undefined) return ports.allocate(name);
  ports.claim(port, name);
  return port;
}
