import {
  type BatchResult,
  type CreateInstance,
  createInstanceSchema,
  type Instance,
  type InstanceDefinition,
  type InstanceDetails,
  type InstanceHealth,
  type InstanceStatus,
  LlamactlError,
  type LogEntry,
  type LogQuery,
  logQuerySchema,
  type SystemResources,
  type UpdateInstance,
  updateInstanceSchema,
} from '@llamactl/contract';
import type { Alerts } from '../alerts/create-alerts.js';
import type { EventFeed } from '../events/event-feed.js';
import type { LlamactlEvents, LlamactlEventType } from '../events/events.js';
import type { FollowOptions, Llamactl, StopOptions, WaitOptions } from '../llamactl.js';
import { followLog } from '../logs/follow-log.js';
import { startSampling } from '../metrics/sampling.js';
import type { SystemSampler } from '../metrics/system-sampler.js';
import { startAll, stopAll } from './batch.js';
import { checkFollowOptions } from './check-follow-options.js';
import type { InstanceContext } from './instance-context.js';
import { instanceExists, instanceNotFound } from './instance-errors.js';
import { keepChangedDefinition, keepNewDefinition } from './keep-definition.js';
import { parseInput } from './parse-input.js';
import { StartQueue } from './start-queue.js';
import { SupervisedInstance } from './supervised-instance.js';
import { waitForStatus } from './wait-for-status.js';

/** Lines that `logs` gives unless asked for another number. */
const defaultLogLines = 100;

/** What an {@link InstanceSet} is made of. */
export interface InstanceSetParts {
  readonly context: InstanceContext;
  /** Those that there are already. */
  readonly definitions: readonly InstanceDefinition[];
  readonly feed: EventFeed;
  readonly alerts: Alerts;
  readonly system: SystemSampler;
  readonly startParallelism: number;
  readonly statsIntervalMs: number;
  /** Lets go of the folder that everything is kept in. */
  readonly closeHome: () => Promise<void>;
}

/** The instances of one Llamactl, by name; what {@link Llamactl} promises. */
export class InstanceSet implements Llamactl {
  readonly feed: EventFeed;
  readonly #parts: InstanceSetParts;
  readonly #context: InstanceContext;
  readonly #byKey = new Map<string, SupervisedInstance>();
  /** Names that are being created, so that two creates of one name cannot both succeed. */
  readonly #creating = new Set<string>();
  readonly #startQueue: StartQueue<SupervisedInstance>;
  readonly #stopSampling: () => void;
  #disposing: Promise<void> | null = null;

  constructor(parts: InstanceSetParts) {
    this.#parts = parts;
    this.feed = parts.feed;
    this.#context = parts.context;
    const { events, ports } = parts.context;
    for (const definition of parts.definitions) {
      ports.claim(definition.port, definition.name);
      this.#byKey.set(keyOf(definition.name), new SupervisedInstance(definition, this.#context));
    }
    const instances = () => this.#byKey.values();
    this.#startQueue = new StartQueue({
      parallelism: parts.startParallelism,
      countLoading: () => [...instances()].filter(({ status }) => status === 'starting').length,
      events,
    });
    this.#stopSampling = startSampling({
      intervalMs: parts.statsIntervalMs,
      system: parts.system,
      instances,
      onResources: (resources) => parts.alerts.look(resources),
    });
  }

  list(): Instance[] {
    return this.#sorted().map((instance) => instance.view());
  }

  get(name: string): InstanceDetails {
    return this.#find(name).details();
  }

  async create(input: CreateInstance): Promise<Instance> {
    this.#assertOpen();
    const parsed = parseInput(createInstanceSchema, input, 'instance');
    const key = keyOf(parsed.name);
    if (this.#byKey.has(key) || this.#creating.has(key)) throw instanceExists(parsed.name);
    this.#creating.add(key);
    try {
      const definition = await keepNewDefinition(this.#context, parsed);
      const added = new SupervisedInstance(definition, this.#context);
      this.#byKey.set(key, added);
      const instance = added.view();
      this.#context.events.emit('instance_status_changed', { instance, previous_status: null });
      return instance;
    } finally {
      this.#creating.delete(key);
    }
  }

  async update(name: string, changes: UpdateInstance) {
    this.#assertOpen();
    const parsed = parseInput(updateInstanceSchema, changes, 'change');
    return this.#find(name).update((old) => keepChangedDefinition(this.#context, old, parsed));
  }

  async remove(name: string): Promise<void> {
    const instance = this.#find(name);
    this.#startQueue.forget(instance);
    const { store, ports, events } = this.#context;
    const forget = () => store.delete(instance.name);
    await instance.remove(forget, () => {
      this.#byKey.delete(keyOf(instance.name));
      ports.releaseOthers(instance.name, []);
      events.emit('instance_deleted', { name: instance.name });
    });
  }

  async start(name: string): Promise<Instance> {
    this.#assertOpen();
    const instance = this.#find(name);
    this.#startQueue.forget(instance);
    return instance.start();
  }

  async stop(name: string, options: StopOptions = {}): Promise<Instance> {
    const instance = this.#find(name);
    const wasQueued = this.#startQueue.forget(instance);
    // To call off a queued start is all there was to do.
    if (wasQueued && instance.status === 'stopped') return instance.view();
    return instance.stop(options);
  }

  async restart(name: string): Promise<Instance> {
    this.#assertOpen();
    const instance = this.#find(name);
    this.#startQueue.forget(instance);
    return instance.restart();
  }

  async startAll(): Promise<BatchResult[]> {
    this.#assertOpen();
    return startAll(this.#sorted(), this.#startQueue);
  }

  async stopAll(options: StopOptions = {}): Promise<BatchResult[]> {
    return stopAll(this.#sorted(), this.#startQueue, options);
  }

  async health(name: string): Promise<InstanceHealth> {
    return this.#find(name).health();
  }

  async logs(name: string, query: LogQuery = {}): Promise<LogEntry[]> {
    const { log } = this.#find(name);
    const { lines = defaultLogLines, level } = parseInput(logQuerySchema, query, 'log query');
    return log.read(lines, level);
  }

  followLogs(name: string, options: FollowOptions = {}): AsyncIterable<LogEntry> {
    checkFollowOptions(options);
    return followLog(this.#find(name).log, options);
  }

  resources(): SystemResources {
    return this.#parts.system.latest;
  }

  alerts() {
    return this.#parts.alerts.list();
  }

  async waitForStatus(
    name: string,
    status: InstanceStatus,
    options: WaitOptions = {},
  ): Promise<Instance> {
    return waitForStatus(this.#context.events, this.#find(name).view(), status, options);
  }

  on<T extends LlamactlEventType>(
    type: T,
    listener: (event: LlamactlEvents[T]) => void,
  ): () => void {
    return this.#context.events.on(type, listener);
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#close();
    return this.#disposing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #close(): Promise<void> {
    this.#stopSampling();
    this.#startQueue.clear();
    await Promise.all([...this.#byKey.values()].map((instance) => instance.dispose()));
    await this.#context.store.close();
    await this.#parts.closeHome();
  }

  /** In the order of their names. */
  #sorted(): SupervisedInstance[] {
    return [...this.#byKey.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, instance]) => instance);
  }

  #find(name: string): SupervisedInstance {
    const instance = this.#byKey.get(keyOf(name));
    if (!instance) throw instanceNotFound(name);
    return instance;
  }

  #assertOpen(): void {
    if (this.#disposing) {
      throw new LlamactlError('SHUTTING_DOWN', 'Llamactl is stopping', {
        details: 'Try again when it is started anew.',
      });
    }
  }
}

function keyOf(name: string): string {
  return name.toLowerCase();
}
