import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { LearnerId } from '../identity/contract.ts';
import { documents, pause } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import type { Places } from './place.contract.ts';
import { placesKey, toPlaces } from './rows.store.ts';

/** Times that rows are asked for again which DynamoDB left out. */
const attempts = 8;

/**
 * All that is decided about the places of many learners, strongly consistent; whoever has no row is left out. Capacity: 1
 * read unit for each learner, in one request.
 *
 * @param table - the enrolment table's name
 * @param learners - a hundred at most, each once
 * @throws {Busy} the table stayed throttled: none is left out silently
 */
export async function readManyPlaces(
  table: string,
  learners: readonly LearnerId[],
): Promise<ReadonlyMap<LearnerId, Places>> {
  const found = new Map<LearnerId, Places>();
  let Keys: Record<string, unknown>[] = learners.map(placesKey);
  for (let attempt = 1; attempt <= attempts && Keys.length > 0; attempt += 1) {
    if (attempt > 1) await pause(attempt);
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    );
    for (const places of (Responses?.[table] ?? []).map(toPlaces))
      found.set(places.learnerId, places);
    Keys = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  if (Keys.length > 0) throw new Busy();
  return found;
}
