import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Places } from '../../functions/enrolment/contract.ts';
import { EnrolmentId } from '../../functions/enrolment/place.contract.ts';
import { toRow } from '../../functions/enrolment/rows.store.ts';
import { LearnerId, newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';
import { approval } from '../enrolment/places.ts';
import type { People } from '../people.ts';

/**
 * Learners who have chosen a provider and wait for their accounts. They are written as rows, whose stream asks for the
 * accounts: that so many sign up is what other tests are about, and would take longer.
 */
export async function learnersWaitFor(
  { url }: People,
  provider: string,
  { count, at }: { readonly count: number; readonly at: string },
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: `${url}/_aws`,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const rows = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const table = TableNames.find((name) => name.includes('EnrolmentData')) ?? '';
  const items = Array.from({ length: count }, () => toRow(waiting(provider, at)));
  for (let from = 0; from < items.length; from += 25) {
    const puts = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await rows.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
  }
}

function waiting(provider: string, at: string): Places {
  const providerId = ProviderId.parse(provider);
  return {
    learnerId: newId(LearnerId, 'lrn'),
    version: 1,
    approval: approval(),
    places: {
      subject: {
        enrolmentId: newId(EnrolmentId, 'enr'),
        providerId,
        state: 'pending',
        chosenAt: at,
      },
    },
    waits: {},
    switched: 0,
    givenBack: {},
    endings: {},
    // Far enough off: what this is about is the queue.
    sweepDue: '2099-01-01T00:00:00Z',
  };
}
