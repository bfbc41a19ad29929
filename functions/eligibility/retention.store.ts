import { randomUUID } from 'node:crypto';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { LearnerId } from '../identity/contract.ts';
import { documents, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import type { Rests } from '../runtime/erasing.ts';
import { type Application, dueIndex } from './contract.ts';
import {
  applicationKey,
  closedLots,
  learnerKey,
  readApplication,
  type Versioned,
} from './rows.store.ts';

/** What is kept of cases that are closed; `table` is the eligibility table's name. */
export function retentionStore(table: string) {
  /**
   * Forgets applications that were closed on a day or before, the longest first. Each in a transaction of its own, so a run
   * that is cut short leaves the rest to the next. Capacity: half a read unit for 4 KB, and 12 write units for each.
   *
   * @param last - a day of the region
   * @param isTime - whether there is time for more
   * @param restsOf - what the deletion of something about a learner rests on: what does not hold stays, for the next run
   * @returns how many
   */
  async function forget(
    last: string,
    isTime: () => boolean,
    restsOf: (learnerId: LearnerId) => Promise<Rests>,
  ): Promise<number> {
    let count = 0;
    for (const lot of closedLots) {
      for await (const page of closedBy(lot, last)) {
        for (const seen of page) {
          if (!isTime()) return count;
          // First, so that nothing points to what is gone; a run that dies here begins with it again.
          const rests = await restsOf(seen.application.learnerId);
          await uncount(seen.application, rests);
          const written = await transact([...forgetting(seen), ...rests]);
          count += written.done ? 1 : 0;
        }
      }
    }
    return count;
  }

  async function* closedBy(lot: string, last: string): AsyncGenerator<readonly Versioned[]> {
    let from: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: dueIndex,
          KeyConditionExpression: 'dueLot = :lot AND dueOn <= :last',
          ExpressionAttributeValues: { ':lot': lot, ':last': last },
          Limit: 100,
          ExclusiveStartKey: from,
        }),
      );
      yield (page.Items ?? []).map(readApplication);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  /** Lets the learner's row say no more that it counts, unless another does meanwhile. */
  async function uncount({ learnerId, applicationId }: Application, rests: Rests): Promise<void> {
    await transact([
      {
        Delete: {
          TableName: table,
          Key: { pk: learnerKey(learnerId), sk: 'CURRENT' },
          ConditionExpression: 'applicationId = :id',
          ExpressionAttributeValues: { ':id': applicationId },
        },
      },
      ...rests,
    ]);
  }

  /**
   * The writes that forget an application that is as it was seen; what its decision was is counted. Capacity: 6 write units.
   */
  function forgetting({ application, version }: Versioned): TransactItem[] {
    const { applicationId, learnerId, submittedAt } = application;
    const pointer = {
      pk: learnerKey(learnerId),
      sk: `APPLICATION#${submittedAt}#${applicationId}`,
    };
    return [
      {
        Delete: {
          TableName: table,
          Key: applicationKey(applicationId),
          ConditionExpression: 'version = :seen',
          ExpressionAttributeValues: { ':seen': version },
        },
      },
      { Delete: { TableName: table, Key: pointer } },
      ...counted(table, application),
    ];
  }

  return { forget, forgetting };
}

/** What reports count of a decision: under which rules, for which group and area, in which month, and how it ended. */
function counted(table: string, application: Application): TransactItem[] {
  const { decision, groupId, areaId, stage } = application;
  if (decision === undefined) return [];
  const { outcome, policyVersion, decidedBy, decidedAt } = decision;
  const month = decidedAt.slice(0, 'YYYY-MM'.length);
  // Nothing leads from here to anyone: it is counted once, for it is written as the application is deleted.
  const key = { pk: `DECIDED#${month}`, sk: randomUUID() };
  return [putNew(table, { ...key, groupId, areaId, stage, outcome, policyVersion, decidedBy })];
}
