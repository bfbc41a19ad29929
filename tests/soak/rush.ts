import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Application, eligibility } from '../../functions/eligibility/contract.ts';
import { applicationRow, currentRow } from '../../functions/eligibility/rows.store.ts';
import { application } from '../eligibility/applications.ts';
import { granted } from '../people.ts';
import type { OwnRegion } from '../whole/own-region.ts';

const { claim, decide } = eligibility.routes;

let region: OwnRegion;
let rows: DynamoDBDocumentClient;
let table: string;

async function open(): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: `${region.people.url}/_aws`,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  rows = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  table = TableNames.find((name) => name.includes('EligibilityData')) ?? '';
}

/**
 * Applications on the desk of an officer, each a second after the one before. They are written as rows: that 600
 * people sign up and apply is what other tests are about, and would take longer than the approvals.
 */
async function onDesk(areaId: string, count: number): Promise<readonly Application[]> {
  const sent = Array.from({ length: count }, (_, index) => {
    const submittedAt = new Date(Date.UTC(2026, 2, 2) + index * 1_000).toISOString();
    const groupId = 'out-of-school';
    return application({ areaId, groupId, submittedAt, changedAt: submittedAt });
  });
  const [first, ...others] = sent;
  if (first === undefined) return [];
  await write([first]);
  const { applicationId } = first;
  const claimed = granted(
    await region.people.administrator.api(claim, { params: { applicationId } }),
  );
  await write(others.map((one) => ({ ...one, claim: claimed.claim })));
  return sent;
}

async function write(applications: readonly Application[]): Promise<void> {
  const items = applications.flatMap((one) => [applicationRow(one, 1), currentRow(one)]);
  for (let from = 0; from < items.length; from += 25) {
    const puts = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await rows.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
  }
}

async function approveAll(sent: readonly Application[]): Promise<readonly Application[]> {
  const { api } = region.people.administrator;
  const body = { outcome: 'approved', reason: 'The letter of the school was shown.' } as const;
  return Promise.all(
    sent.map(async ({ applicationId }) => {
      const idempotencyKey = randomUUID();
      const params = { applicationId };
      return granted(await untilNotBusy(() => api(decide, { params, body, idempotencyKey })));
    }),
  );
}

/** Who is told to come back comes back a second later, as the answer says. */
async function untilNotBusy<Answer extends { readonly status: number }>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
    await sleep(1_000);
  }
}

/** The waiting list of an area, as it is worked off. */
async function waitingList(areaId: string): Promise<readonly string[]> {
  const { Items = [] } = await rows.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `WAITLIST#${areaId}` },
      ConsistentRead: true,
    }),
  );
  return Items.map(({ applicationId }) => String(applicationId));
}

async function rush(areaId: string, approvals: number) {
  const decided = await approveAll(await onDesk(areaId, approvals));
  const waiting = decided.filter(({ state }) => state === 'waitlisted');
  return {
    approved: decided.filter(({ state }) => state === 'approved').length,
    waiting: waiting
      .toSorted((a, b) => a.submittedAt.localeCompare(b.submittedAt))
      .map(({ applicationId }) => String(applicationId)),
  };
}

/**
 * More approvals than places, through the API.
 *
 * @param approvals - how many officers decide at once
 * @param quota - how many places there are
 * @param regionOf - one with towns of so many places; asked for once the tests run
 */
export function describeRush(approvals: number, quota: number, regionOf: () => OwnRegion): void {
  describe(`edge case 12: given ${approvals} approvals at once through the API, on a quota of ${quota}`, () => {
    beforeAll(async () => {
      region = regionOf();
      await open();
    });

    it('exactly as many as there are places are approved, the others wait in the order of their submission', async () => {
      const { approved, waiting } = await rush('cheoram', approvals);
      expect(approved).toBe(quota);
      expect(waiting).toHaveLength(approvals - quota);
      expect(await waitingList('cheoram')).toEqual(waiting);
    });

    it('the same while three in ten transactions conflict', async () => {
      const reasons = [{ Code: 'None' }, { Code: 'TransactionConflict', Message: 'ongoing' }];
      await region.people.control.addFault({
        target: 'DynamoDB_20120810',
        operation: 'TransactWriteItems',
        share: 0.3,
        seed: 12,
        effect: {
          kind: 'error',
          status: 400,
          body: {
            __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
            CancellationReasons: reasons,
          },
        },
      });
      const { approved, waiting } = await rush('tongni', approvals);
      await region.people.control.clearFaults();
      expect(approved).toBe(quota);
      expect(waiting).toHaveLength(approvals - quota);
      expect(await waitingList('tongni')).toEqual(waiting);
    });
  });
}
