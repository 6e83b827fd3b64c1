import type {
  CreateInstance,
  InstanceDefinition,
  InstanceOptions,
  OptionValue,
  UpdateInstance,
} from '@llamactl/contract';
import { secretMask } from '../support/secrets.js';

/** Variables whose values are shown: they choose devices, threads and folders. */
const plainVariables =
  /^(?:CUDA|HIP|ROCR|GGML|OMP|KMP|GPU)_(?!.*(?:KEY|TOKEN|SECRET|PASS))|^(?:LLAMA_CACHE|HF_HOME|TZ|LANG|LC_[A-Z]+)$/;

/** Whether the value of an environment variable is masked: all but those known to be harmless are. */
export function isSecretVariable(name: string): boolean {
  return !plainVariables.test(name);
}

/** The name of the backend that a definition gets when it names none. */
export const defaultBackend = 'llama-cpp';

/** A new definition, with the default of every field that was left out. */
export function newDefinition(input: CreateInstance, port: number, now: Date): InstanceDefinition {
  const at = now.toISOString();
  return {
    name: input.name,
    backend: input.backend ?? defaultBackend,
    model_path: input.model_path,
    port,
    options: input.options ?? {},
    env: input.env ?? {},
    command: input.command ?? null,
    extra_args: input.extra_args ?? [],
    aliases: input.aliases ?? [],
    on_demand: input.on_demand ?? null,
    idle_timeout: input.idle_timeout ?? null,
    group: input.group ?? null,
    pinned: input.pinned ?? false,
    auto_port: input.port === undefined,
    autostart: input.autostart ?? false,
    restart_policy: input.restart_policy ?? 'on_failure',
    created_at: at,
    updated_at: at,
  };
}

/** A definition with changes laid over it: `options` and `env` key by key, where null removes. */
export function changedDefinition(
  old: InstanceDefinition,
  changes: UpdateInstance,
  now: Date,
): InstanceDefinition {
  const { options, env, ...rest } = changes;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...old,
    ...given,
    auto_port: old.auto_port && changes.port === undefined,
    options: merge<OptionValue>(old.options, options),
    env: merge<string>(old.env, env),
    updated_at: now.toISOString(),
  };
}

function merge<T>(
  old: Record<string, T>,
  changes: Record<string, T | null> = {},
): Record<string, T> {
  const merged = new Map(Object.entries(old));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) merged.delete(key);
    else if (value !== secretMask || !merged.has(key)) merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** Whether two definitions would be started in the same way. */
export function startsAlike(a: InstanceDefinition, b: InstanceDefinition): boolean {
  const essence = (definition: InstanceDefinition) => {
    const { created_at, updated_at, ...rest } = definition;
    // These say when it is started and who asks for it, not how it is started.
    const { autostart, restart_policy, auto_port, ...used } = rest;
    const { aliases, on_demand, idle_timeout, group, pinned, ...how } = used;
    return JSON.stringify(how, (_key, value) => (isRecord(value) ? sorted(value) : value));
  };
  return essence(a) === essence(b);
}

/** A definition as answers show it, its secrets masked. */
export function maskedDefinition(
  definition: InstanceDefinition,
  secretOptions: ReadonlySet<string>,
): InstanceDefinition {
  const options: InstanceOptions = mapValues(definition.options, (value, key) =>
    secretOptions.has(key) ? secretMask : value,
  );
  const env = mapValues(definition.env, (value, key) =>
    isSecretVariable(key) ? secretMask : value,
  );
  return {
    ...definition,
    options,
    env,
    extra_args: [...definition.extra_args],
    aliases: [...definition.aliases],
  };
}

function mapValues<T>(
  record: Record<string, T>,
  change: (value: T, key: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
