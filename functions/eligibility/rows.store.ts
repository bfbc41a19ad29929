import * as z from 'zod';
import type { LearnerId } from '../identity/contract.ts';
import { putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { isQueued, phaseOf, queueOf } from './case.rules.ts';
import { Application, ApplicationId, ApplicationState, applicationKeyPrefix } from './contract.ts';
import { dueOn } from './due.rules.ts';

export const ApplicationRow = Application.extend({
  pk: z.string(),
  sk: z.literal('APPLICATION'),
  version: z.int().min(1),
  /** The key of the officers' queue; only what an officer may claim has it. */
  waitingArea: z.string().optional(),
  /** The keys of what time changes next; only what time changes has them. */
  dueLot: z.string().optional(),
  dueOn: z.iso.date().optional(),
});

/** The application that counts for a learner: at most one waits or is approved at a time. */
export const CurrentRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('CURRENT'),
  applicationId: ApplicationId,
  state: ApplicationState,
  validUntil: z.iso.date().optional(),
  /** From this day on another application may follow it. */
  renewFrom: z.iso.date().optional(),
  /** What it renews: until it is approved, that one goes on. */
  renews: ApplicationId.optional(),
});

export interface Versioned {
  readonly application: Application;
  readonly version: number;
}

/** An application's row, from the table, its index or its stream. */
export function readApplication(item: Record<string, unknown>): Versioned {
  const { pk, sk, version, waitingArea, dueLot, dueOn, ...application } =
    ApplicationRow.parse(item);
  return { application, version };
}

/** An application as its row; whatever finds rows by an index reads its keys here. */
export function applicationRow(
  application: Application,
  version: number,
): z.input<typeof ApplicationRow> {
  const row = {
    ...applicationKey(application.applicationId),
    ...application,
    version,
    ...dueKeys(application),
  };
  if (!isQueued(application)) return row;
  const apart = phaseOf(application) === 'new-paper' ? 'new-paper' : undefined;
  return { ...row, waitingArea: queueOf(application.areaId, apart) };
}

/** The row that says which of a learner's applications counts. */
export function currentRow({
  learnerId,
  applicationId,
  state,
  validUntil,
  renewFrom,
  renews,
}: Application): z.input<typeof CurrentRow> {
  const row = { pk: learnerKey(learnerId), sk: 'CURRENT', applicationId, state } as const;
  return { ...row, validUntil, renewFrom, renews };
}

/**
 * The write of an application: new, or in place of the version that was seen.
 *
 * @param seen - undefined where there is none yet
 */
export function putApplication(
  table: string,
  application: Application,
  seen: number | undefined,
): TransactItem {
  if (seen === undefined) return putNew(table, applicationRow(application, 1));
  return {
    Put: {
      TableName: table,
      Item: applicationRow(application, seen + 1),
      ConditionExpression: 'version = :seen',
      ExpressionAttributeValues: { ':seen': seen },
    },
  };
}

/** The write that lets an application count for its learner, unless another than it renews stands in its way. */
export function putCurrent(table: string, application: Application, today: string): TransactItem {
  return {
    Put: {
      TableName: table,
      Item: currentRow(application),
      ConditionExpression:
        'attribute_not_exists(pk) OR applicationId IN (:id, :renews) OR #state IN (:rejected, :lapsed, :ended) OR validUntil < :today OR renewFrom <= :today',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':id': application.applicationId,
        ':renews': application.renews ?? application.applicationId,
        ':rejected': 'rejected',
        ':lapsed': 'lapsed',
        ':ended': 'ended',
        ':today': today,
      },
    },
  };
}

/** The write by which a learner's new application is listed among theirs. */
export function putPointer(
  table: string,
  { learnerId, submittedAt, applicationId }: Application,
): TransactItem {
  return putNew(table, {
    pk: learnerKey(learnerId),
    sk: `APPLICATION#${submittedAt}#${applicationId}`,
    applicationId,
  });
}

/** Partitions of the index of what is due, so that no one of them takes every write. */
export const dueLots = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;

/** Partitions of the same index of what is closed, by the day since when: time forgets it one day. */
export const closedLots = dueLots.map((lot) => `closed-${lot}`);

/** Ids are random, so their last character spreads evenly. */
function dueKeys(application: Application) {
  const { applicationId, state, changedAt } = application;
  const lot = (applicationId.codePointAt(applicationId.length - 1) ?? 0) % dueLots.length;
  const closed = state === 'rejected' || state === 'lapsed' || state === 'ended';
  if (closed) return { dueOn: changedAt.slice(0, 'YYYY-MM-DD'.length), dueLot: closedLots[lot] };
  const day = dueOn(application);
  return day === undefined ? {} : { dueOn: day, dueLot: dueLots[lot] };
}

/** The key of an application's row. */
export const applicationKey = (id: ApplicationId) => ({
  pk: applicationKeyPrefix + id,
  sk: 'APPLICATION' as const,
});
/** The partition of what is kept of a learner. */
export const learnerKey = (learnerId: LearnerId) => `LEARNER#${learnerId}`;
