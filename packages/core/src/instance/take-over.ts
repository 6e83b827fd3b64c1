import type { Alerts } from '../alerts/create-alerts.js';
import { listIfPossible } from '../process/process-table.js';
import { settleAll } from '../support/settle-all.js';
import type { InstanceContext } from './instance-context.js';
import type { Reconciled } from './reconcile-runs.js';
import type { StartQueue } from './start-queue.js';
import type { SupervisedInstance } from './supervised-instance.js';

/** Goes on with the runs that an earlier manager left, then begins to start what is to start by itself. */
export async function takeOver(
  instances: readonly SupervisedInstance[],
  { context, alerts, left }: { context: InstanceContext; alerts: Alerts; left: Reconciled },
  queue: StartQueue<SupervisedInstance>,
): Promise<void> {
  await settleAll(
    instances.map(async (instance) => {
      const found = left.runs.get(instance.name.toLowerCase());
      if (found) await instance.adopt(found);
    }),
  );
  const table = listIfPossible();
  if (table) for (const instance of instances) instance.sample(table);
  for (const instance of instances) alerts.lookAt(instance.view());
  const due = instances.filter((instance) => instance.startsByItself);
  void queue.add(due, ({ name }, error) => {
    context.onWarning(`"${name}" could not be started`, error);
  });
}
