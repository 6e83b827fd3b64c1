import { type Instance, LlamactlError } from '@llamactl/contract';
import type { Llamactl } from '@llamactl/core';
import { assertListed, type Credential, isListed } from '../../auth/credential.js';
import { instanceDeleted, modelMissing, unknownModel } from './refusals.js';
import { Room } from './room.js';
import type { RoomSettings, TargetSettings } from './settings.js';
import { Target } from './target.js';

/** What the directory is made from. */
export interface DirectoryOptions {
  readonly llamactl: Llamactl;
  readonly settings: TargetSettings;
  readonly room: RoomSettings;
}

/** The instances by all of their names, as events tell of them. */
export class Directory {
  readonly #options: DirectoryOptions;
  readonly #byName = new Map<string, Target>();
  readonly #byAlias = new Map<string, Target>();
  readonly #room: Room;
  readonly #unsubscribe: Array<() => void>;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    const { llamactl, room } = options;
    this.#room = new Room({ settings: room, targets: () => this.#byName.values() });
    for (const instance of llamactl.list()) this.#take(instance);
    this.#unsubscribe = [
      llamactl.on('instance_status_changed', ({ instance }) => this.#take(instance)),
      llamactl.on('instance_updated', ({ instance }) => this.#take(instance)),
      llamactl.on('instance_stats_updated', ({ instance }) => this.#sampled(instance)),
      llamactl.on('instance_deleted', ({ name }) => this.#forget(name)),
      llamactl.beforeStop(({ name, timeoutMs }) =>
        this.#byName.get(name.toLowerCase())?.drain(timeoutMs / 2),
      ),
      llamactl.beforeRestart(({ name }) => {
        const target = this.#byName.get(name.toLowerCase());
        return target ? this.#room.objectionTo(target) : null;
      }),
    ];
  }

  /** The instances that a credential is good for, in the order of their names. */
  list({ instances }: Credential): Instance[] {
    const all = [...this.#byName.values()].map(({ instance }) => instance);
    const listed = all.filter(({ name }) => isListed(instances, name));
    return listed.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  }

  /**
   * The one that goes by that name, or that alias.
   * @throws LlamactlError FORBIDDEN for one that the credential is not good for, there or not;
   *   INSTANCE_NOT_FOUND with the nearest names among those that it is good for
   */
  find(name: string, credential: Credential): Target {
    const target = this.#named(name);
    if (target && isListed(credential.instances, target.instance.name)) return target;
    assertListed(credential, name);
    throw unknownModel(name, namesOf(this.list(credential)));
  }

  /**
   * The one instance that a request without a model can mean: the one that runs.
   * @throws LlamactlError VALIDATION_FAILED when there is none, or more
   */
  only(credential: Credential): Target {
    const listed = this.list(credential);
    const running = listed.filter(({ status }) => status === 'running');
    const [first] = running;
    const target = running.length === 1 && first ? this.#named(first.name) : undefined;
    if (target === undefined) throw modelMissing(namesOf(listed));
    return target;
  }

  /** Lets go of all. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    const error = new LlamactlError('SHUTTING_DOWN', 'The server is stopping.', {
      details: 'Try again when it has been started again.',
    });
    for (const target of this.#byName.values()) target.close(error);
  }

  #named(name: string): Target | undefined {
    const key = name.toLowerCase();
    return this.#byName.get(key) ?? this.#byAlias.get(key);
  }

  #take(instance: Instance): void {
    const key = instance.name.toLowerCase();
    const known = this.#byName.get(key);
    if (known) {
      this.#dropAliases(known);
      known.update(instance);
    }
    const { llamactl, settings } = this.#options;
    const target = known ?? new Target(instance, { llamactl, room: this.#room, settings });
    this.#byName.set(key, target);
    for (const alias of instance.aliases) this.#byAlias.set(alias.toLowerCase(), target);
    if (instance.status === 'running') this.#sampled(instance);
  }

  /** What it takes is of interest only where there is a budget for it. */
  #sampled({ name }: Pick<Instance, 'name'>): void {
    const { llamactl, room } = this.#options;
    if (room.memoryBudget === null) return;
    const use = llamactl.memoryOf(name);
    const bytes = use && use.residentBytes + (use.gpuBytes ?? 0);
    this.#byName.get(name.toLowerCase())?.memory.sampled(bytes);
    this.#room.notify();
  }

  #forget(name: string): void {
    const target = this.#byName.get(name.toLowerCase());
    if (target === undefined) return;
    this.#byName.delete(name.toLowerCase());
    this.#dropAliases(target);
    target.remove(instanceDeleted(name));
  }

  #dropAliases(target: Target): void {
    for (const alias of target.instance.aliases) this.#byAlias.delete(alias.toLowerCase());
  }
}

function namesOf(instances: readonly Instance[]): string[] {
  return instances.flatMap(({ name, aliases }) => [name, ...aliases]);
}
