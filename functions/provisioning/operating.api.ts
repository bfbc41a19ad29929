import { timestamp } from '../../regions/calendar.ts';
import type { Provider, ProviderId } from '../../regions/schema.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Busy } from '../runtime/errors.ts';
import type { Actor, AuditAction } from '../runtime/happening.ts';
import { append, auditEntry } from '../runtime/trail.ts';
import { failuresSince, paused, restsUntil, resumed, standOf } from './breaker.rules.ts';
import {
  AccountMessage,
  type Breaker,
  longestAttempts,
  provisioningEnvironments,
} from './contract.ts';
import { operatorQueues } from './dead-letters.adapter.ts';
import {
  type BreakerView,
  type Failures,
  failuresShown,
  type GivenUp,
  type ProviderStatus,
  type Redriven,
  tasksCounted,
} from './operator.contract.ts';
import { pressureStore } from './pressure.store.ts';
import type { Run } from './reconciliation.contract.ts';
import { reconciliationStore } from './reconciliation.store.ts';
import { hoursOf, successRate } from './standing.rules.ts';
import { type Standing, standingStore } from './standing.store.ts';
import { taskStore } from './task.store.ts';
import { waitingStore } from './waiting.store.ts';

const environment = readEnvironment(provisioningEnvironments.api);
const { PROVISIONING_TABLE, AUDIT_TABLE, QUEUE_URL_PREFIX } = environment;
const work = taskStore(PROVISIONING_TABLE);
const pressure = pressureStore(PROVISIONING_TABLE);
const standings = standingStore(PROVISIONING_TABLE);
const waiting = waitingStore(PROVISIONING_TABLE);
const runs = reconciliationStore(PROVISIONING_TABLE);
const queues = operatorQueues(QUEUE_URL_PREFIX);
const namePrefix = QUEUE_URL_PREFIX.slice(QUEUE_URL_PREFIX.lastIndexOf('/') + 1);

/** Somebody who operates the region: staff, or whoever runs its functions from a shell. */
export type Operator = Extract<Actor, { readonly kind: 'staff' | 'operator' }>;

/** How providers stand. */
export async function statusOf(providers: readonly Provider[]): Promise<ProviderStatus[]> {
  const moment = now();
  const ids = providers.map(({ id }) => id);
  // Loaded with the first that looks: other requests do without what speaks to CloudWatch.
  const { oldestSecondsOf } = await import('./queue-ages.adapter.ts');
  const [standing, ages, count, compared, ...each] = await Promise.all([
    standings.readStanding(ids, hoursOf(moment)),
    oldestSecondsOf(namePrefix, ids, moment),
    waiting.read(),
    runs.list(),
    ...providers.map(onlyOf),
  ]);
  return each.map(({ providerId, kind, depth, ...rest }) => {
    const { breaker, counted } = standing.get(providerId) ?? nowhere;
    return {
      providerId,
      kind,
      depth,
      waiting: count && {
        learners: 0,
        ...count.providers[providerId],
        countedAt: count.countedAt,
      },
      // What was measured minutes ago is over where nothing waits any more.
      oldestSeconds: depth === 0 ? undefined : ages.get(providerId),
      successRate: successRate(counted),
      breaker: viewOf(breaker),
      lastReconciliation: shownOf(compared.find((run) => run.providerId === providerId)),
      ...rest,
    };
  });
}

const nowhere: Standing = { breaker: { version: 0, failures: 0, rests: 0 }, counted: [] };

/** What has to be asked provider by provider: queues are counted one by one, and tasks have a partition each. */
async function onlyOf({ id: providerId, kind }: Provider) {
  const [depths, tasks] = await Promise.all([
    queues.depthsOf(providerId),
    work.countTasks(providerId, tasksCounted),
  ]);
  return { providerId, kind, ...depths, tasks };
}

const shownOf = (run: Run | undefined): ProviderStatus['lastReconciliation'] =>
  run && { phase: run.phase, startedAt: run.startedAt, finishedAt: run.finishedAt };

/** Whose messages were given up: a sample, which stays as it is. */
export async function failuresOf(providerId: ProviderId): Promise<Failures> {
  const [{ deadLetters }, letters] = await Promise.all([
    queues.depthsOf(providerId),
    queues.look(providerId, failuresShown),
  ]);
  const failures = new Map<string, GivenUp>();
  let unreadable = 0;
  for (const { body, since } of letters) {
    const message = messageIn(body);
    if (message === undefined) unreadable += 1;
    else if (failures.size < failuresShown && !failures.has(message.learnerId))
      failures.set(message.learnerId, {
        learnerId: message.learnerId,
        since: new Date(since).toISOString(),
        attempts: longestAttempts,
      });
  }
  return { deadLetters, unreadable, failures: [...failures.values()] };
}

function messageIn(body: string): AccountMessage | undefined {
  try {
    return AccountMessage.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Puts what was given up back into the queue; recorded before it is done, so that none is done unrecorded. */
export async function redriveFor(providerId: ProviderId, operator: Operator): Promise<Redriven> {
  await append(AUDIT_TABLE, happening('provider-redriven', providerId, operator));
  const moved = await queues.redrive(providerId);
  return moved === undefined ? {} : { moved };
}

/** Asks a provider nothing any more. @throws {Busy} */
export async function pauseFor(providerId: ProviderId, operator: Operator): Promise<BreakerView> {
  const by = operator.kind === 'staff' ? operator.staffId : undefined;
  return change(providerId, operator, 'provider-paused', (seen) => paused(seen, by, now()));
}

/** Asks a provider again. @throws {Busy} */
export async function resumeFor(providerId: ProviderId, operator: Operator): Promise<BreakerView> {
  return change(providerId, operator, 'provider-resumed', (seen) => resumed(seen, now()));
}

async function change(
  providerId: ProviderId,
  operator: Operator,
  action: AuditAction,
  decide: (seen: Breaker) => Breaker | undefined,
): Promise<BreakerView> {
  const changed = await pressure.changeBreaker(providerId, decide, () => [
    auditEntry(AUDIT_TABLE, happening(action, providerId, operator)),
  ]);
  if (changed.kind === 'busy') throw new Busy();
  return viewOf(changed.breaker);
}

function happening(action: AuditAction, providerId: ProviderId, actor: Operator) {
  return { at: timestamp(now()), actor, action, subjects: [providerId], details: [] };
}

function viewOf(breaker: Breaker): BreakerView {
  const moment = now();
  const state = standOf(breaker, moment);
  return {
    state,
    until: state === 'rests' ? restsUntil(breaker, moment) : undefined,
    since: breaker.paused?.since,
    failures: failuresSince(breaker),
  };
}
