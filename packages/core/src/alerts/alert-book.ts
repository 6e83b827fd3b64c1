import type { Alert } from '@llamactl/contract';

/** What an alert says beside its state. */
export type AlertText = Pick<Alert, 'kind' | 'severity' | 'message' | 'instance'>;

/** The alerts that are raised. Tells each that is raised or cleared, once. */
export class AlertBook {
  readonly #tell: (alert: Alert) => void;
  readonly #raised = new Map<string, Alert>();

  constructor(tell: (alert: Alert) => void) {
    this.#tell = tell;
  }

  /** Those raised now, oldest first. */
  list(): Alert[] {
    return [...this.#raised.values()];
  }

  has(id: string): boolean {
    return this.#raised.has(id);
  }

  raise(id: string, text: AlertText): void {
    if (this.has(id)) return;
    const alert: Alert = { id, ...text, state: 'raised', raised_at: new Date().toISOString() };
    this.#raised.set(id, alert);
    this.#tell(alert);
  }

  /** @param message - Says what is well again. */
  clear(id: string, message: string): void {
    const alert = this.#raised.get(id);
    if (alert === undefined) return;
    this.#raised.delete(id);
    this.#tell({ ...alert, state: 'cleared', message });
  }
}
