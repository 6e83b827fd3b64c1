import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createAlerts } from './alerts/create-alerts.js';
import { llamaCpp } from './backends/llama-cpp/llama-cpp.js';
import { createEventFeed } from './events/create-event-feed.js';
import { createEmitter } from './events/emitter.js';
import type { LlamactlEvents } from './events/events.js';
import type { InstanceContext } from './instance/instance-context.js';
import { InstanceSet } from './instance/instance-set.js';
import { loadInstances } from './instance/load-instances.js';
import { RestartHooks } from './instance/restart-hooks.js';
import { StopHooks } from './instance/stop-hooks.js';
import type { Llamactl, LlamactlOptions } from './llamactl.js';
import { GpuSampler } from './metrics/gpu-sampler.js';
import { createSystemSampler } from './metrics/system-sampler.js';
import { createPortBook } from './ports/port-book.js';
import { lockDataDir } from './storage/data-dir-lock.js';
import { createFileStore } from './storage/file-store.js';
import type { InstanceStore } from './storage/instance-store.js';
import { createMemoryStore } from './storage/memory-store.js';
import { ownerMark } from './storage/owner-mark.js';
import { createPastStore, forgetfulPastStore } from './storage/past-store.js';
import { openTempHome } from './storage/temp-home.js';
import { systemClock } from './support/clock.js';

/** Defaults of {@link LlamactlOptions}. */
export const llamactlDefaults = {
  host: '127.0.0.1',
  backendAuth: 'none',
  portRange: [8081, 9080],
  startupTimeoutMs: 600_000,
  stopTimeoutMs: 30_000,
  healthIntervalMs: 30_000,
  hangTimeoutMs: 600_000,
  modelRoots: [],
  maxLogFileBytes: 20 * 1024 * 1024,
  maxLogFiles: 5,
  startParallelism: 2,
  alertPercent: { memory: 95, disk: 95 },
  statsIntervalMs: 2_000,
  onShutdown: 'stop',
  clock: systemClock,
  onWarning: () => {},
} as const satisfies LlamactlOptions;

/**
 * Opens a set of instances: those of the data folder, or none yet. What an earlier Llamactl of the same
 * folder left running is taken over as it is, and what is to start by itself begins to.
 * @throws LlamactlError DATA_DIR_LOCKED when another Llamactl uses the folder, STORAGE_ERROR when it
 *   cannot be read or written, or a newer release wrote in it
 */
export async function createLlamactl(options: LlamactlOptions = {}): Promise<Llamactl> {
  const settings = { ...llamactlDefaults, ...withoutUndefined(options) };
  const home = await openHome(options.dataDir);
  try {
    const isKept = options.dataDir !== undefined;
    const events = createEmitter<LlamactlEvents>();
    // The feed listens first, so that events have their numbers in the order they happened.
    const feed = createEventFeed(events);
    const alerts = createAlerts(events, settings.alertPercent);
    const context: InstanceContext = {
      backends: options.backends ?? { 'llama-cpp': llamaCpp() },
      store: options.store ?? openStore(options.dataDir && home.dir, settings.onWarning),
      events,
      alerts,
      ports: createPortBook({ host: settings.host, range: settings.portRange }),
      host: settings.host,
      backendAuth: settings.backendAuth,
      modelRoots: settings.modelRoots,
      dataDir: home.dir,
      startupTimeoutMs: settings.startupTimeoutMs,
      stopTimeoutMs: settings.stopTimeoutMs,
      healthIntervalMs: settings.healthIntervalMs,
      hangTimeoutMs: settings.hangTimeoutMs,
      maxLogFileBytes: settings.maxLogFileBytes,
      maxLogFiles: settings.maxLogFiles,
      logsDir: join(home.dir, 'logs'),
      runsDir: join(home.dir, 'runs'),
      stopHooks: new StopHooks(),
      restartHooks: new RestartHooks(),
      pasts: isKept ? createPastStore(join(home.dir, 'pasts')) : forgetfulPastStore,
      owner: isKept ? await ownerMark(home.dir) : null,
      keepsRuns: isKept && settings.onShutdown === 'keep',
      clock: settings.clock,
      onWarning: settings.onWarning,
    };
    await mkdir(context.logsDir, { recursive: true, mode: 0o700 });
    await mkdir(context.runsDir, { recursive: true, mode: 0o700 });
    const { definitions, left } = await loadInstances(context);
    const system = createSystemSampler(home.dir);
    alerts.look(await system.sample());
    const gpus = new GpuSampler();
    await gpus.findSources();
    const { startParallelism, statsIntervalMs } = settings;
    const instances = new InstanceSet({
      context,
      definitions,
      left,
      feed,
      alerts,
      system,
      gpus,
      startParallelism,
      statsIntervalMs,
      closeHome: home.close,
    });
    await instances.resume();
    context.restartHooks.open();
    return instances;
  } catch (error) {
    await home.close();
    throw error;
  }
}

function openStore(
  dir: string | undefined,
  onWarning: NonNullable<LlamactlOptions['onWarning']>,
): InstanceStore {
  if (dir === undefined) return createMemoryStore();
  return createFileStore(join(dir, 'instances'), {
    onUnreadable: (name, error) => onWarning(`The definition of "${name}" cannot be read`, error),
  });
}

function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

/** The folder that everything is kept in: the locked data folder, or a temporary one that goes with us. */
async function openHome(dataDir?: string): Promise<{ dir: string; close: () => Promise<void> }> {
  if (dataDir === undefined) return openTempHome();
  const dir = resolve(dataDir);
  const lock = await lockDataDir(dir);
  return { dir, close: () => lock.release() };
}
