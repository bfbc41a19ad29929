import type { ProviderId } from '../../regions/schema.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { provisioningEnvironments } from './contract.ts';
import type { Operator } from './operating.api.ts';
import { takeOutcome } from './outcome.api.ts';
import type { ShellEvent } from './shell.contract.ts';
import { outcomeOf, settledEntry, shown } from './task.api.ts';
import { taskStore } from './task.store.ts';

const { PROVISIONING_TABLE } = readEnvironment(provisioningEnvironments.api);
const tasks = taskStore(PROVISIONING_TABLE);

/** The hundred tasks that have waited for longest. */
export async function tasksOf(providerId: ProviderId) {
  const found = await tasks.listTasks(providerId, { limit: 100 });
  return { tasks: found.map(shown) };
}

/**
 * Takes from an operator how a request ended, the one that they looked at: its fence names it.
 *
 * @throws {NotFound | Ruled} as `takeOutcome`
 */
export async function settleFor(
  event: Extract<ShellEvent, { readonly ask: 'settle' }>,
  actor: Operator,
) {
  const { providerId, accountId, fence } = event;
  const told = { providerId, accountId, fence, outcome: outcomeOf(event) };
  const outcome = await takeOutcome(told, {
    recorded: (account, areaId) => settledEntry(actor, told, account, areaId),
  });
  return { outcome };
}
