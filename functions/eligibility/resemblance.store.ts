import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { LearnerId } from '../identity/contract.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { ApplicationId } from './contract.ts';
import type { Registered } from './resemblance.rules.ts';

const PersonRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('PERSON'),
  version: z.int().min(1),
  known: z.array(
    z.strictObject({
      learnerId: LearnerId,
      applicationId: ApplicationId,
      apartFrom: z.array(LearnerId),
    }),
  ),
});

/** The learners of one name and birth date, as a version of their row says. */
export interface PersonRead {
  readonly version: number | undefined;
  readonly known: readonly Registered[];
}

/**
 * Who is registered as one person, by a row for each name and birth date: two who apply in the same instant meet
 * in it, so that the later of them sees the other (edge case 5). `table` is the eligibility table's name.
 */
export function personStore(table: string) {
  /**
   * Those of a person. Capacity: 1 read unit.
   *
   * @param person - as `personOf` writes it
   */
  async function read(person: string): Promise<PersonRead> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: personKey(person), ConsistentRead: true }),
    );
    if (Item === undefined) return { version: undefined, known: [] };
    const { version, known } = PersonRow.parse(Item);
    return { version, known };
  }

  /** The write of those of a person, if they are still as they were read. Capacity: 2 write units. */
  function write(
    person: string,
    { version }: PersonRead,
    known: readonly Registered[],
  ): TransactItem {
    const Item = { ...personKey(person), version: (version ?? 0) + 1, known };
    if (version === undefined) return putNew(table, Item);
    return {
      Put: {
        TableName: table,
        Item,
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': version },
      },
    };
  }

  return { read, write };
}

/** Hashed, because services that log requests log keys. */
const personKey = (person: string) => ({
  pk: `PERSON#${createHash('sha256').update(person).digest('base64url')}`,
  sk: 'PERSON' as const,
});
