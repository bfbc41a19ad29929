import { randomUUID } from 'node:crypto';
import { fromAttributes, toAttributes } from './document.ts';
import type { DynamoDBClient } from './dynamodb.ts';
import { jsonOperations } from './json.ts';
import type { Command, Fields } from './service.ts';
import { type Change, each, members } from './shapes.ts';
import { UnknownToClients } from './surroundings.ts';

/** DynamoDB with plain rows in the place of its attributes. */
export class DynamoDBDocumentClient {
  readonly #client: DynamoDBClient;

  private constructor(client: DynamoDBClient) {
    this.#client = client;
  }

  /** @throws {UnknownToClients} rows are to be written in another way than all functions write them */
  static from(client: DynamoDBClient, options: object): DynamoDBDocumentClient {
    if (JSON.stringify(options) !== '{"marshallOptions":{"removeUndefinedValues":true}}') {
      throw new UnknownToClients(
        'marshalling otherwise than without undefined values',
        'see document.ts',
      );
    }
    return new DynamoDBDocumentClient(client);
  }

  /** @throws as `ServiceClient.send` */
  send(command: Command, ...options: readonly unknown[]): Promise<Fields> {
    return this.#client.send(command, ...options);
  }
}

// Each is a structure, or DynamoDB refuses it.
const write: Change = (row) => toAttributes(row as object);
const read: Change = (row) => fromAttributes(row as object);

const operation = jsonOperations('1.0', 'DynamoDB_20120810');

const ofOne = members({
  Attributes: read,
  ItemCollectionMetrics: members({ ItemCollectionKey: read }),
});
const pages = {
  input: members({ ExclusiveStartKey: write, ExpressionAttributeValues: write }),
  output: members({ Items: each(read), LastEvaluatedKey: read }),
};

export const GetCommand = operation('GetItem', {
  input: members({ Key: write }),
  output: members({ Item: read }),
});
export const PutCommand = operation('PutItem', {
  input: members({ Item: write, ExpressionAttributeValues: write }),
  output: ofOne,
});
export const UpdateCommand = operation('UpdateItem', {
  input: members({ Key: write, ExpressionAttributeValues: write }),
  output: ofOne,
});
export const DeleteCommand = operation('DeleteItem', {
  input: members({ Key: write, ExpressionAttributeValues: write }),
  output: ofOne,
});
export const QueryCommand = operation('Query', pages);
export const ScanCommand = operation('Scan', pages);

const keyed = members({ Keys: each(write) });
const readKeyed = members({ Keys: each(read) });
export const BatchGetCommand = operation('BatchGetItem', {
  input: members({ RequestItems: each(keyed) }),
  output: members({ Responses: each(each(read)), UnprocessedKeys: each(readKeyed) }),
});

const batch = (key: Change) =>
  each(each(members({ PutRequest: members({ Item: key }), DeleteRequest: members({ Key: key }) })));
export const BatchWriteCommand = operation('BatchWriteItem', {
  input: members({ RequestItems: batch(write) }),
  output: members({
    UnprocessedItems: batch(read),
    ItemCollectionMetrics: each(each(members({ ItemCollectionKey: read }))),
  }),
});

export const TransactGetCommand = operation('TransactGetItems', {
  input: members({ TransactItems: each(members({ Get: members({ Key: write }) })) }),
  output: members({ Responses: each(members({ Item: read })) }),
});

const conditional = members({ Key: write, Item: write, ExpressionAttributeValues: write });
const inTransaction = members({
  TransactItems: each(
    members({
      ConditionCheck: conditional,
      Put: conditional,
      Delete: conditional,
      Update: conditional,
    }),
  ),
});
export const TransactWriteCommand = operation('TransactWriteItems', {
  // One token for all attempts: what an attempt has done, whose answer was lost, the next one does not do again.
  input: (input) => inTransaction({ ClientRequestToken: randomUUID(), ...Object(input) }),
  output: members({ ItemCollectionMetrics: each(each(members({ ItemCollectionKey: read }))) }),
});
