import {
  type BatchResult,
  type CreateInstance,
  createInstanceSchema,
  type Instance,
  type InstanceDefinition,
  type InstanceDetails,
  type InstanceHealth,
  type InstanceStatus,
  type LogEntry,
  type LogQuery,
  logQuerySchema,
  type SystemResources,
  type UpdateInstance,
  updateInstanceSchema,
} from '@llamactl/contract';
import type { EventFeed } from '../events/event-feed.js';
import type { LlamactlEvents, LlamactlEventType } from '../events/events.js';
import type {
  BatchOptions,
  FollowedLog,
  FollowOptions,
  Llamactl,
  StopOptions,
  WaitOptions,
} from '../llamactl.js';
import { followLog } from '../logs/follow-log.js';
import { memoryUse } from '../metrics/memory-use.js';
import { startSampling } from '../metrics/sampling.js';
import { settleAll } from '../support/settle-all.js';
import { startAll, stopAll } from './batch.js';
import { checkFollowOptions } from './check-follow-options.js';
import { Gate } from './gate.js';
import type { InstanceContext } from './instance-context.js';
import type { InstanceSetParts } from './instance-set-parts.js';
import { keepChangedDefinition, keepNewDefinition } from './keep-definition.js';
import { keyOf } from './name-book.js';
import { NamedInstances } from './named-instances.js';
import { parseInput } from './parse-input.js';
import { StartQueue } from './start-queue.js';
import { SupervisedInstance } from './supervised-instance.js';
import { takeOver } from './take-over.js';
import { waitForStatus } from './wait-for-status.js';

/** The instances of one Llamactl, by name; what {@link Llamactl} promises. */
export class InstanceSet implements Llamactl {
  readonly feed: EventFeed;
  readonly #parts: InstanceSetParts;
  readonly #context: InstanceContext;
  readonly #instances = new NamedInstances<SupervisedInstance>();
  readonly #startQueue: StartQueue<SupervisedInstance>;
  readonly #stopSampling: () => void;
  readonly #gate = new Gate();
  #disposing: Promise<void> | null = null;

  constructor(parts: InstanceSetParts) {
    this.#parts = parts;
    this.feed = parts.feed;
    this.#context = parts.context;
    const { events, ports } = parts.context;
    this.#instances.load(parts.definitions);
    for (const definition of parts.definitions) {
      ports.claim(definition.port, definition.name);
      const left = {
        past: parts.left.pasts.get(keyOf(definition.name)),
        found: parts.left.runs.get(keyOf(definition.name)),
      };
      this.#instances.add(new SupervisedInstance(definition, this.#context, left));
    }
    const instances = () => this.#instances.all();
    this.#startQueue = new StartQueue({
      parallelism: parts.startParallelism,
      countLoading: () => [...instances()].filter(({ status }) => status === 'starting').length,
      events,
    });
    this.#stopSampling = startSampling({
      ...parts,
      intervalMs: parts.statsIntervalMs,
      instances,
      onResources: (resources) => parts.alerts.look(resources),
    });
  }

  /** Goes on with what earlier managers left, and begins to start what is to start by itself. */
  resume(): Promise<void> {
    return takeOver(this.#instances.sorted(), this.#parts, this.#startQueue);
  }

  list(): Instance[] {
    return this.#instances.sorted().map((instance) => instance.view());
  }

  get(name: string): InstanceDetails {
    return this.#instances.find(name).details();
  }

  create(input: CreateInstance): Promise<Instance> {
    return this.#gate.run(async () => {
      const parsed = parseInput(createInstanceSchema, input, 'instance');
      const added = await this.#instances.create(parsed, async () => {
        const definition = await keepNewDefinition(this.#context, parsed);
        return new SupervisedInstance(definition, this.#context);
      });
      const instance = added.view();
      this.#context.events.emit('instance_status_changed', { instance, previous_status: null });
      return instance;
    });
  }

  update(name: string, changes: UpdateInstance) {
    return this.#gate.run(async () => {
      const parsed = parseInput(updateInstanceSchema, changes, 'change');
      const keep = (old: InstanceDefinition) => keepChangedDefinition(this.#context, old, parsed);
      return this.#instances
        .find(name)
        .update((old) => this.#instances.change(old, parsed, () => keep(old)));
    });
  }

  remove(name: string): Promise<void> {
    return this.#gate.run(async () => {
      const instance = this.#instances.find(name);
      this.#startQueue.forget(instance);
      const { store, ports, events } = this.#context;
      const forget = () => store.delete(instance.name);
      await instance.remove(forget, () => {
        this.#instances.delete(instance.name);
        ports.releaseOthers(instance.name, []);
        events.emit('instance_deleted', { name: instance.name });
      });
    });
  }

  async start(name: string): Promise<Instance> {
    const instance = this.#openInstance(name);
    this.#startQueue.forget(instance);
    return instance.start();
  }

  async stop(name: string, options: StopOptions = {}): Promise<Instance> {
    const instance = this.#instances.find(name);
    const wasQueued = this.#startQueue.forget(instance);
    // To call off a queued start is all there was to do.
    if (wasQueued && instance.status === 'stopped') return instance.view();
    return instance.stop(options);
  }

  async restart(name: string): Promise<Instance> {
    const instance = this.#openInstance(name);
    this.#startQueue.forget(instance);
    return instance.restart();
  }

  async startAll(options: BatchOptions = {}): Promise<BatchResult[]> {
    this.#gate.assertOpen();
    return startAll(this.#instances.sorted(options), this.#startQueue);
  }

  async stopAll(options: StopOptions & BatchOptions = {}): Promise<BatchResult[]> {
    return stopAll(this.#instances.sorted(options), this.#startQueue, options);
  }

  memoryOf(name: string) {
    return memoryUse(this.#instances.find(name).running, this.#parts.gpus);
  }

  connection(name: string) {
    return this.#instances.find(name).connection();
  }

  async health(name: string): Promise<InstanceHealth> {
    return this.#instances.find(name).health();
  }

  async logs(name: string, query: LogQuery = {}): Promise<LogEntry[]> {
    const { log } = this.#openInstance(name);
    const { lines = 100, level } = parseInput(logQuerySchema, query, 'log query');
    return log.read(lines, level);
  }

  followLogs(name: string, options: FollowOptions = {}): FollowedLog {
    checkFollowOptions(options);
    return followLog(this.#openInstance(name).log, options);
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
    const instance = this.#openInstance(name);
    return waitForStatus(
      {
        events: this.#context.events,
        current: instance.view(),
        wanted: status,
        isRestarting: () => instance.isRestarting,
        ended: this.#gate.ended,
      },
      options,
    );
  }

  on<T extends LlamactlEventType>(
    type: T,
    listener: (event: LlamactlEvents[T]) => void,
  ): () => void {
    return this.#context.events.on(type, listener);
  }

  beforeStop(hook: Parameters<Llamactl['beforeStop']>[0]) {
    return this.#context.stopHooks.add(hook);
  }

  beforeRestart(hook: Parameters<Llamactl['beforeRestart']>[0]) {
    return this.#context.restartHooks.add(hook);
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#close();
    return this.#disposing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #close(): Promise<void> {
    this.#stopSampling();
    this.#startQueue.clear();
    return this.#gate.close([
      () => settleAll([...this.#instances.all()].map((instance) => instance.dispose())),
      () => this.#context.store.close(),
      () => this.#parts.closeHome(),
    ]);
  }

  #openInstance(name: string): SupervisedInstance {
    this.#gate.assertOpen();
    return this.#instances.find(name);
  }
}
