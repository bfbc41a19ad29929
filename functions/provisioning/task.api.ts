import { timestamp } from '../../regions/calendar.ts';
import type { AreaId } from '../../regions/schema.ts';
import { now } from '../runtime/clock.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { auditEntry } from '../runtime/trail.ts';
import {
  type Account,
  type Outcome,
  provisioningEnvironments,
  type Task,
  TaskBookmark,
  type TaskOutcome,
} from './contract.ts';
import type { Operator } from './operating.api.ts';
import { mustKnow, mustServeRegion } from './operator.api.ts';
import { type Told, takeOutcome } from './outcome.api.ts';
import type { taskRoutes } from './task.contract.ts';
import { type KeptTask, taskStore } from './task.store.ts';

type Routes = typeof taskRoutes;

const environment = readEnvironment(provisioningEnvironments.api);
const kept = taskStore(environment.PROVISIONING_TABLE);

export async function listTasks({ caller, params, query }: Call<Routes['listTasks']>) {
  await mustServeRegion(caller);
  const { id } = mustKnow(params.providerId);
  const after = decodeCursor(query.cursor, TaskBookmark);
  const tasks = (await kept.listTasks(id, { limit: query.limit, after })).map(shown);
  const last = tasks.length === query.limit ? tasks.at(-1) : undefined;
  const mark = last && { accountId: last.accountId, since: last.since };
  return { body: { tasks, cursor: encodeCursor(mark) } };
}

/** What is told of a task: it names nobody. */
export function shown({ learnerId, providerId, ...task }: KeptTask): Task {
  return task;
}

export async function settleTask({ caller, params, body, claim }: Call<Routes['settleTask']>) {
  const staffId = await mustServeRegion(caller);
  const { id: providerId } = mustKnow(params.providerId);
  const { accountId } = params;
  const { PROVISIONING_TABLE } = environment;
  const answer = { body: undefined };
  const told = { providerId, accountId, fence: body.fence, outcome: outcomeOf(body) };
  const actor = { kind: 'staff', staffId } as const;
  const ended = await takeOutcome(told, {
    claim: rememberAnswer(PROVISIONING_TABLE, claim, { status: 204, ...answer }),
    recorded: (account, areaId) => settledEntry(actor, told, account, areaId),
  });
  if (ended !== 'stale') return answer;
  throw new Conflict({
    code: 'outcome-stale',
    detail: `Something else has been asked of ${accountId} since, or it ended otherwise. Read the list again.`,
  });
}

/** The write that records who told how a request ended. */
export function settledEntry(
  actor: Operator,
  { providerId, accountId, outcome }: Told,
  { learnerId, asked = 'create' }: Account,
  areaId: AreaId | undefined,
) {
  return auditEntry(environment.AUDIT_TABLE, {
    at: timestamp(now()),
    actor,
    action: 'account-settled-by-hand',
    ...{ learnerId, areaId },
    subjects: [providerId, accountId],
    details: [asked, outcome.kind],
  });
}

export function outcomeOf({ outcome, remoteId }: Omit<TaskOutcome, 'fence'>): Outcome {
  return outcome === 'done' ? { kind: outcome, remoteId } : { kind: outcome };
}
