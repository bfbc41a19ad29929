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
