import type { ProviderId } from '../../regions/schema.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { provisioningEnvironments } from './contract.ts';
import type { Operator } from './operating.api.ts';
import { takeOutcome } from './outcome.api.ts';
import type { ShellEvent } from './shell.contract.ts';
import { provisioningStore } from './store.ts';
import { outcomeOf, settledEntry, taskOf } from './task.api.ts';

const { PROVISIONING_TABLE } = readEnvironment(provisioningEnvironments.api);
const accounts = provisioningStore(PROVISIONING_TABLE);

/** The hundred tasks that have waited for longest. */
export async function tasksOf(providerId: ProviderId) {
  const found = await accounts.listTasks(providerId, { limit: 100 });
  return { tasks: found.flatMap(taskOf) };
}

/**
 * Takes from an operator how a request ended: the one that is named by its fence, or else the latest.
 *
 * @throws {NotFound | Ruled} as `takeOutcome`
 */
export async function settleFor(
  event: Extract<ShellEvent, { readonly ask: 'settle' }>,
  actor: Operator,
) {
  const { providerId, accountId } = event;
  const { fence = (await accounts.findAccount(providerId, accountId))?.fence ?? 1 } = event;
  const told = { providerId, accountId, fence, outcome: outcomeOf(event) };
  const outcome = await takeOutcome(told, {
    recorded: (account, areaId) => settledEntry(actor, told, account, areaId),
  });
  return { outcome };
}
