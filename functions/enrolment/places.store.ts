import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { LearnerId } from '../identity/contract.ts';
import { documents } from '../runtime/dynamodb.ts';
import { noPlaces, type Places } from './place.contract.ts';
import { placesKey, toPlaces } from './rows.store.ts';

/** Reads of a learner's places, which is all that others ask; `table` is the enrolment table's name. */
export function placesStore(table: string) {
  /** All that is decided about a learner's places. Capacity: 1 read unit. */
  async function readPlaces(learnerId: LearnerId): Promise<Places> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: placesKey(learnerId), ConsistentRead: true }),
    );
    return Item === undefined ? noPlaces(learnerId) : toPlaces(Item);
  }

  return { readPlaces };
}
