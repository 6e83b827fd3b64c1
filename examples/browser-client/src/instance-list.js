// @ts-check
import { element } from './element.js';
import { InstanceRow } from './instance-row.js';

/** @typedef {import('./instance-row.js').Shown} Shown */

/** The list of instances in the page, made up to date by what the server tells. */
export class InstanceList {
  #element = element('#instances', HTMLUListElement);
  #empty = element('#empty', HTMLElement);
  /** @type {Map<string, InstanceRow>} */
  #rows = new Map();
  #client;
  #mayOperate;

  /**
   * @param {import('@llamactl/client').LlamactlClient} client
   * @param {boolean} mayOperate Whether instances may be started and stopped.
   */
  constructor(client, mayOperate) {
    this.#client = client;
    this.#mayOperate = mayOperate;
  }

  /** @param {import('@llamactl/client').EventMessage} message */
  take({ type, data }) {
    switch (type) {
      case 'snapshot':
        this.#showOnly(data.instances);
        break;
      case 'instance_status_changed':
      case 'instance_stats_updated':
      case 'instance_updated':
        this.#show(data.instance);
        break;
      case 'instance_deleted':
        this.#hide(data.name);
        break;
    }
    this.#empty.hidden = this.#rows.size > 0;
  }

  clear() {
    this.#showOnly([]);
    this.#empty.hidden = true;
  }

  /** @param {readonly Shown[]} instances */
  #showOnly(instances) {
    const names = new Set(instances.map(({ name }) => name));
    for (const name of this.#rows.keys()) if (!names.has(name)) this.#hide(name);
    for (const instance of instances) this.#show(instance);
  }

  /** @param {Shown} instance */
  #show(instance) {
    const { name } = instance;
    const row = this.#rows.get(name) ?? new InstanceRow(this.#client, this.#mayOperate);
    row.show(instance);
    this.#rows.set(name, row);
    if (row.element.isConnected) return;
    const next = [...this.#rows.keys()].sort().find((other) => other > name) ?? '';
    this.#element.insertBefore(row.element, this.#rows.get(next)?.element ?? null);
  }

  /** @param {string} name */
  #hide(name) {
    this.#rows.get(name)?.element.remove();
    this.#rows.delete(name);
  }
}
