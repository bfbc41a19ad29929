import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { Busy } from './errors.ts';

/** Made once for each execution environment, so that connections are kept between invocations. */
export const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A row that must not be there yet. */
export function putNew(table: string, item: Record<string, unknown>): TransactItem {
  return { Put: { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

/** How a conditional write ended; `failed` are the positions of the items whose condition did not hold. */
export type Written =
  | { readonly done: true }
  | { readonly done: false; readonly failed: readonly number[] };

/** Attempts before a caller is told to come back: others in the same item leave it within milliseconds. */
const attempts = 8;

/**
 * Writes all items or none, trying again while another transaction holds one of them, or its partition is
 * throttled. Capacity: 2 write units for each item of up to 1 KB.
 *
 * @throws {Busy} the conflict or the throttling stayed
 */
export async function transact(items: readonly TransactItem[]): Promise<Written> {
  return retryConflicts(() => writeAll(items));
}

/**
 * The same, once, for who can do something better than to wait for the same items; "held" where another transaction
 * holds one of them, or its partition is throttled.
 */
export async function transactOnce(items: readonly TransactItem[]): Promise<Written | 'held'> {
  return once(() => writeAll(items));
}

async function writeAll(items: readonly TransactItem[]): Promise<void> {
  await documents.send(new TransactWriteCommand({ TransactItems: [...items] }));
}

/**
 * One conditional put, trying again while a transaction holds the item. Capacity: 1 write unit for 1 KB.
 *
 * @throws {Busy} the conflict stayed
 */
export async function put(input: PutCommandInput): Promise<Written> {
  return retryConflicts(async () => {
    await documents.send(new PutCommand(input));
  });
}

/**
 * One conditional update, trying again while a transaction holds the item. Capacity: 1 write unit for 1 KB.
 *
 * @throws {Busy} the conflict stayed
 */
export async function update(input: UpdateCommandInput): Promise<Written> {
  return retryConflicts(async () => {
    await documents.send(new UpdateCommand(input));
  });
}

async function retryConflicts(write: () => Promise<void>): Promise<Written> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const written = await once(write);
    if (written !== 'held') return written;
    await pause(attempt);
  }
  throw new Busy();
}

async function once(write: () => Promise<void>): Promise<Written | 'held'> {
  try {
    await write();
    return { done: true };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { done: false, failed: [0] };
    const failed = failedConditions(error);
    if (failed.length > 0) return { done: false, failed };
    if (!passes(error)) throw error;
    return 'held';
  }
}

function failedConditions(error: unknown): readonly number[] {
  if (!(error instanceof TransactionCanceledException)) return [];
  return (error.CancellationReasons ?? []).flatMap((reason, position) =>
    reason.Code === 'ConditionalCheckFailed' ? [position] : [],
  );
}

/** What cancels a transaction for a moment only; the SDK tries none of them again by itself. */
const passing = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/** Whether what was refused may be asked for again: others are at the same item, or its partition is throttled. */
export function passes(error: unknown): boolean {
  if (error instanceof TransactionConflictException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  return (error.CancellationReasons ?? []).some(({ Code = '' }) => passing.includes(Code));
}

/**
 * Full jitter, doubling from 20 ms up to 400 ms, so that those who collided do not meet again.
 *
 * @param attempt - from 1
 */
export function pause(attempt: number): Promise<void> {
  const ceiling = Math.min(20 * 2 ** (attempt - 1), 400);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));
}
