import {
  type AttributeValue,
  BatchWriteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/** Puts rows that no function was asked for into the table of a capability. */
export async function putRows(
  url: string,
  capability: string,
  items: readonly Item[],
): Promise<void> {
  const client = clientOf(url);
  const table = await tableOf(client, capability);
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  for (let first = 0; first < requests.length; first += 25)
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests.slice(first, first + 25) } }),
    );
}

function clientOf(url: string): DynamoDBClient {
  return new DynamoDBClient({
    ...{ endpoint: `${url}/_aws`, region: 'ap-northeast-2' },
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
}

async function tableOf(client: DynamoDBClient, capability: string): Promise<string> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const table = TableNames.find((name) => name.includes(`-${capability}Data`));
  if (table !== undefined) return table;
  throw new Error(`${capability} has no table in ${TableNames.join()}`);
}
