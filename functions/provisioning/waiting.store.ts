import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { documents, put } from '../runtime/dynamodb.ts';
import { WaitingCount } from './waiting.contract.ts';

const key = { pk: 'WAITING', sk: 'COUNT' } as const;
const Row = WaitingCount.extend({ pk: z.literal(key.pk), sk: z.literal(key.sk) });

/** How many learners wait for providers, in one row; `table` is the provisioning table's name. */
export function waitingStore(table: string) {
  /** As counted last; undefined before the first count. Capacity: half a read unit for 4 KB, some forty providers. */
  async function read(): Promise<WaitingCount | undefined> {
    const { Item } = await documents.send(new GetCommand({ TableName: table, Key: key }));
    if (Item === undefined) return undefined;
    const { pk, sk, ...count } = Row.parse(Item);
    return count;
  }

  /** Keeps a count; of two at once either is as good. Capacity: 1 write unit for 1 KB, some ten providers. */
  async function keep(count: WaitingCount): Promise<void> {
    await put({ TableName: table, Item: { ...key, ...count } });
  }

  return { read, keep };
}
