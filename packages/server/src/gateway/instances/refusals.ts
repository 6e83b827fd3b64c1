import { type Instance, LlamactlError, nearestNames } from '@llamactl/contract';
import type { Target } from './target.js';

/** Seconds after which a stop that is under way may have ended. */
const stoppingSeconds = 5;

/** No instance goes by that name. */
export function unknownModel(name: string, known: readonly string[]): LlamactlError {
  const suggestions = nearestNames(name, known);
  const hint =
    suggestions.length > 0
      ? `Did you mean ${suggestions.map((near) => `"${near}"`).join(', ')}?`
      : `Use one of: ${known.slice(0, 20).join(', ') || 'none, there is no instance yet'}.`;
  return new LlamactlError('INSTANCE_NOT_FOUND', `There is no model "${shortened(name)}".`, {
    details: hint,
    issues: [{ path: 'model', message: 'is not the name or an alias of an instance' }],
    ...(suggestions.length > 0 && { suggestions }),
  });
}

/** It was deleted while somebody waited for it. */
export function instanceDeleted(name: string): LlamactlError {
  return new LlamactlError('INSTANCE_NOT_FOUND', `The instance "${name}" was deleted meanwhile.`, {
    details: 'Use another one; GET /v1/models lists them.',
    issues: [{ path: 'model', message: 'is not the name or an alias of an instance any more' }],
  });
}

/** The request names no model, and it is not clear which is meant. */
export function modelMissing(known: readonly string[]): LlamactlError {
  return new LlamactlError('VALIDATION_FAILED', 'The request names no model.', {
    details: `Set "model" to the name of an instance: ${known.slice(0, 20).join(', ') || 'there is none yet'}.`,
    issues: [{ path: 'model', message: 'is required unless exactly one instance is running' }],
  });
}

/** It is stopped, and requests are not to start it. */
export function instanceStopped({ name, held, status }: Instance): LlamactlError {
  const what = status === 'stopping' ? 'is being stopped' : 'is stopped';
  const why = held ? 'it was stopped on purpose' : 'requests do not start it (on_demand)';
  return new LlamactlError('INSTANCE_STOPPED', `The instance "${name}" ${what}, and ${why}.`, {
    details: 'Start it first.',
    retryAfterSeconds: stoppingSeconds,
  });
}

/** It does not run, and the request only looks at it. */
export function notWoken({ name }: Instance): LlamactlError {
  return new LlamactlError('INSTANCE_STOPPED', `The instance "${name}" does not run.`, {
    details: 'Start it first: requests with GET or HEAD look at an instance, and do not wake it.',
    retryAfterSeconds: stoppingSeconds,
  });
}

/** It failed, and the next try is still to come. */
export function instanceFailed(
  { name, failure, last_exit }: Instance,
  retryAfterMs: number,
): LlamactlError {
  const reason = last_exit?.reason ?? 'It could not be started.';
  return new LlamactlError(
    'INSTANCE_FAILED',
    `The instance "${name}" failed (${failure ?? 'unknown'}): ${reason}`,
    {
      details: 'Its log says more. It is tried again after the time in the Retry-After header.',
      retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
    },
  );
}

/** Its start was refused. */
export function startRefused(name: string, cause: LlamactlError): LlamactlError {
  const message = `The instance "${name}" cannot be started: ${cause.message}`;
  return new LlamactlError('INSTANCE_FAILED', message, {
    details: cause.details,
    retryAfterSeconds: 10,
    cause,
  });
}

/** It would not fit even if nothing else ran. */
export function tooLarge(
  { instance, memory }: Pick<Target, 'instance' | 'memory'>,
  { budget, needed }: { readonly budget: number; readonly needed: number },
): LlamactlError {
  const source = memory.measured === null ? 'by the size of its model' : 'as in its last run';
  return new LlamactlError(
    'MEMORY_BUDGET_EXCEEDED',
    `The instance "${instance.name}" needs ${megabytes(needed)} of memory, ${source}, and instances.memory_budget is ${megabytes(budget)}.`,
    {
      details:
        'Raise instances.memory_budget, give it a smaller model or context, or start it yourself, which the budget does not keep from.',
    },
  );
}

/** What those can do who waited for room in vain. Names stay out: whoever asks may not know of all instances. */
export function noRoom(
  count: number,
  memory?: { readonly budget: number; readonly used: number; readonly needed: number | null },
): string {
  const beside = count === 1 ? 'another instance' : `${count} others`;
  if (!memory) {
    return `There was no room for it beside ${beside}. Stop one of them, or raise instances.max_running or the limit of its group.`;
  }
  const { budget, used, needed } = memory;
  const need =
    needed === null ? 'as much as there is, as its size is not known' : megabytes(needed);
  return `There was no room for it beside ${beside}: it needs ${need}, what is there takes ${megabytes(used)}, and instances.memory_budget is ${megabytes(budget)}. Stop one of them, or raise the budget or the limits of instances.`;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
