import { randomBytes } from 'node:crypto';
import type { DynamoDbPlace } from '../../local/dynamodb/service.ts';

/**
 * A database of its own in the DynamoDB Local that all test files share.
 *
 * @param endpoint - where that answers: `inject('dynamodb')`
 */
export function newDatabase(endpoint: string): DynamoDbPlace {
  return { endpoint, accessKey: randomBytes(10).toString('hex') };
}

/** One process has one list, though each file of tests loads this module for itself; the symbol is ours. */
const name = Symbol.for('ladder.tests.databases');
const place = globalThis as { [name]?: DynamoDbPlace[] };

/**
 * One that is empty, and was another file's perhaps: each that there is has DynamoDB Local keep four threads, which wake
 * up now and then as long as it runs.
 *
 * @param endpoint - as for `newDatabase`
 */
export function borrowDatabase(endpoint: string): DynamoDbPlace {
  return place[name]?.pop() ?? newDatabase(endpoint);
}

/** Lets the next file have it; it has to be empty. */
export function returnDatabase(database: DynamoDbPlace): void {
  place[name] ??= [];
  place[name].push(database);
}
