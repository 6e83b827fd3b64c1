// @ts-check
import { LlamactlClientError } from '@llamactl/client';
import { make } from './element.js';

/** @typedef {import('@llamactl/client').Instance & Partial<import('@llamactl/client').InstanceDetails>} Shown */

/** One instance in the list. Its elements stay while what they say changes, so that the focus stays, too. */
export class InstanceRow {
  element = make('li', 'instance');
  #name = make('strong', 'name');
  #status = make('span', 'status');
  #about = make('span', 'about');
  #problem = make('p', 'problem');
  #button = make('button', 'move');
  #client;
  #mayOperate;
  /** @type {Shown | undefined} */
  #instance;

  /**
   * @param {import('@llamactl/client').LlamactlClient} client
   * @param {boolean} mayOperate
   */
  constructor(client, mayOperate) {
    this.#client = client;
    this.#mayOperate = mayOperate;
    this.#button.type = 'button';
    this.#button.addEventListener('click', () => this.#move());
    this.#problem.setAttribute('role', 'alert');
    const parts = [this.#name, this.#status, this.#about, this.#button, this.#problem];
    this.element.append(...parts);
  }

  /** @param {Shown} instance */
  show(instance) {
    const { name, status, model_path, port, failure, stats } = instance;
    const isNews = status !== this.#instance?.status;
    this.#instance = instance;
    this.element.dataset.status = status;
    this.#name.textContent = name;
    this.#status.textContent = status;
    const facts = [model_path.split('/').at(-1), `port ${port}`, ...figures(stats)];
    this.#about.textContent = facts.join(' · ');
    if (isNews) this.#problem.textContent = failure === null ? '' : failure.replaceAll('_', ' ');
    this.#button.textContent = isUp(status) ? 'Stop' : 'Start';
    this.#button.setAttribute('aria-label', `${this.#button.textContent} ${name}`);
    this.#button.disabled = !this.#mayOperate || status === 'stopping';
  }

  async #move() {
    if (this.#instance === undefined) return;
    const { name, status } = this.#instance;
    this.#button.disabled = true;
    this.#problem.textContent = '';
    try {
      await (isUp(status) ? this.#client.stopInstance(name) : this.#client.startInstance(name));
    } catch (error) {
      if (!LlamactlClientError.is(error)) throw error;
      this.#problem.textContent = `${error.message} ${error.details}`;
    } finally {
      this.show(this.#instance);
    }
  }
}

/** @param {string} status */
function isUp(status) {
  return status === 'running' || status === 'starting' || status === 'stopping';
}

/**
 * @param {import('@llamactl/client').InstanceStats | null} [stats] What is not known is null.
 * @returns {string[]}
 */
function figures(stats) {
  if (!stats) return [];
  const { memory_usage: bytes, cpu_usage: cpu } = stats;
  return [
    ...(bytes === null ? [] : [`${(bytes / 2 ** 20).toFixed(0)} MiB`]),
    ...(cpu === null ? [] : [`${cpu.toFixed(0)} % CPU`]),
  ];
}
