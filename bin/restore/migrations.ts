import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Holdings } from '../export/holdings.ts';

const Key = z.looseObject({ pk: z.string(), sk: z.string() });

/**
 * Lets the copy forget which migrations of data it has run: those were of empty tables, and rows of an earlier release have
 * come since. Each migration changes what it finds once, so running all of them again is right. Capacity: 1 read unit, and 1
 * write unit for each migration.
 */
export async function forgetMigrations(
  dynamodb: DynamoDBClient,
  { tables }: Pick<Holdings, 'tables'>,
): Promise<void> {
  const TableName = tables.get('operation');
  if (TableName === undefined) return;
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :migrations',
      ExpressionAttributeValues: { ':migrations': 'MIGRATIONS' },
    }),
  );
  for (const { pk, sk } of Items.map((item) => Key.parse(item))) {
    await documents.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  }
}
