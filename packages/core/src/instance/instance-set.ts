import {
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
  type UpdateInstance,
  updateInstanceSchema,
} from '@llamactl/contract';
import type { LlamactlEvents, LlamactlEventType } from '../events/events.js';
import type { Llamactl, StopOptions, WaitOptions } from '../llamactl.js';
import { listProcesses } from '../process/process-table.js';
import { changedDefinition, newDefinition } from './definition.js';
import { backendNamed, type InstanceContext } from './instance-context.js';
import { instanceExists, instanceNotFound } from './instance-errors.js';
import { parseInput } from './parse-input.js';
import { SupervisedInstance } from './supervised-instance.js';
import { waitForStatus } from './wait-for-status.js';

/** The instances of one Llamactl, by name; what {@link Llamactl} promises. */
export class InstanceSet implements Llamactl {
  readonly #context: InstanceContext;
  readonly #closeHome: () => Promise<void>;
  readonly #byKey = new Map<string, SupervisedInstance>();
  /** Names that are being created, so that two creates of one name cannot both succeed. */
  readonly #creating = new Set<string>();
  readonly #statsTimer: NodeJS.Timeout;
  #disposing: Promise<void> | null = null;

  constructor(
    context: InstanceContext,
    definitions: readonly InstanceDefinition[],
    statsIntervalMs: number,
    closeHome: () => Promise<void>,
  ) {
    this.#context = context;
    this.#closeHome = closeHome;
    for (const definition of definitions) {
      context.ports.claim(definition.port, definition.name);
      this.#byKey.set(keyOf(definition.name), new SupervisedInstance(definition, context));
    }
    this.#statsTimer = setInterval(() => {
      this.#sampleAll();
    }, statsIntervalMs).unref();
  }

  list(): Instance[] {
    return [...this.#byKey.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, instance]) => instance.view());
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
      const definition = newDefinition(parsed, await this.#claimPort(parsed), new Date());
      try {
        await this.#check(definition);
        await this.#context.store.put(definition);
      } catch (error) {
        this.#context.ports.release(definition.port, definition.name);
        throw error;
      }
      const instance = new SupervisedInstance(definition, this.#context);
      this.#byKey.set(key, instance);
      const view = instance.view();
      this.#context.events.emit('instance_status_changed', {
        instance: view,
        previous_status: null,
      });
      return view;
    } finally {
      this.#creating.delete(key);
    }
  }

  async update(name: string, changes: UpdateInstance) {
    this.#assertOpen();
    const parsed = parseInput(updateInstanceSchema, changes, 'change');
    return this.#find(name).update(async (old) => {
      const definition = changedDefinition(old, parsed, new Date());
      await this.#check(definition);
      this.#context.ports.claim(definition.port, definition.name);
      try {
        await this.#context.store.put(definition);
      } catch (error) {
        if (definition.port !== old.port) this.#context.ports.release(definition.port, old.name);
        throw error;
      }
      return definition;
    });
  }

  async remove(name: string): Promise<void> {
    const instance = this.#find(name);
    await instance.remove(async () => {
      const { name: exactName } = instance.definition;
      await this.#context.store.delete(exactName);
      this.#byKey.delete(keyOf(exactName));
      this.#context.ports.releaseOthers(exactName, []);
    });
    this.#context.events.emit('instance_deleted', { name: instance.definition.name });
  }

  async start(name: string): Promise<Instance> {
    this.#assertOpen();
    return this.#find(name).start();
  }

  async stop(name: string, options: StopOptions = {}): Promise<Instance> {
    return this.#find(name).stop(options);
  }

  async restart(name: string): Promise<Instance> {
    this.#assertOpen();
    return this.#find(name).restart();
  }

  async health(name: string): Promise<InstanceHealth> {
    return this.#find(name).health();
  }

  async logs(name: string, query: LogQuery = {}): Promise<LogEntry[]> {
    return this.#find(name).logs(parseInput(logQuerySchema, query, 'log query'));
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
    clearInterval(this.#statsTimer);
    await Promise.all([...this.#byKey.values()].map((instance) => instance.dispose()));
    await this.#context.store.close();
    await this.#closeHome();
  }

  /** One look at the process table serves all instances. */
  #sampleAll(): void {
    const running = [...this.#byKey.values()].filter(({ status }) => status === 'running');
    if (running.length === 0) return;
    const table = listProcesses();
    for (const instance of running) instance.sample(table);
  }

  #find(name: string): SupervisedInstance {
    const instance = this.#byKey.get(keyOf(name));
    if (!instance) throw instanceNotFound(name);
    return instance;
  }

  async #check(definition: InstanceDefinition): Promise<void> {
    const { modelRoots } = this.#context;
    await backendNamed(this.#context, definition.backend).check(definition, { modelRoots });
  }

  async #claimPort({ name, port }: CreateInstance): Promise<number> {
    const { ports } = this.#context;
    if (port === undefined) return ports.allocate(name);
    ports.claim(port, name);
    return port;
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
