import * as z from 'zod';

/** What a store answers: the HTTP status, and JSON. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** DynamoDB, as far as requests go: an operation, and its input as JSON. */
export type Store = (operation: string, input: string) => Promise<Reply>;

/** What has come to a store, and how it ended. */
export interface Traffic {
  /** By operation. */
  readonly requests: Map<string, number>;
  /** Transactions that were cancelled because another held one of their items. */
  conflicts: number;
  /** Transactions that were cancelled because a condition did not hold. */
  refusals: number;
  /** Writes and reads beside transactions of writes, refused because one of these held their item. */
  others: number;
}

interface Model {
  /** How long a transaction holds its items, in milliseconds. */
  readonly holdMs: number;
  readonly wait: (ms: number) => Promise<void>;
}

const Key = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const OfTable = z.object({ TableName: z.string(), Key: Key.optional(), Item: Key.optional() });
const Transaction = z.object({ TransactItems: z.array(z.record(z.string(), OfTable)) });

const prefix = 'com.amazonaws.dynamodb.v20120810#';
const ongoing = 'Transaction is ongoing for the item';

/**
 * Puts before a store what happens to transactions at AWS
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling):
 * a transaction holds its items from when it begins, and until it has ended whatever else would write one of them is
 * refused, and so is a transaction that would read one. It writes at the end, so who only reads sees what was before.
 * Whether one that its condition will refuse holds its items as long nobody says: here it does.
 */
export function withConflicts(
  store: Store,
  { holdMs, wait }: Model,
): { store: Store; traffic: Traffic } {
  const held = new Set<string>();
  const traffic: Traffic = { requests: new Map(), conflicts: 0, refusals: 0, others: 0 };

  async function write(operation: string, input: string, keys: readonly string[]) {
    for (const key of keys) held.add(key);
    try {
      await wait(holdMs);
      const reply = await store(operation, input);
      if (reply.status !== 200 && reply.text.includes('ConditionalCheckFailed'))
        traffic.refusals += 1;
      return reply;
    } finally {
      for (const key of keys) held.delete(key);
    }
  }

  async function answer(operation: string, input: string): Promise<Reply> {
    traffic.requests.set(operation, (traffic.requests.get(operation) ?? 0) + 1);
    const keys = keysOf(operation, input);
    const met = keys.map((key) => held.has(key));
    if (!met.includes(true)) {
      return operation === 'TransactWriteItems'
        ? write(operation, input, keys)
        : store(operation, input);
    }
    if (operation === 'TransactWriteItems') traffic.conflicts += 1;
    else traffic.others += 1;
    return operation.startsWith('Transact') ? cancelled(met) : conflict;
  }

  return { store: answer, traffic };
}

/** The items that a request must have to itself, by table and key; none of a read that is no transaction. */
function keysOf(operation: string, input: string): string[] {
  switch (operation) {
    case 'TransactWriteItems':
    case 'TransactGetItems': {
      const { TransactItems } = Transaction.parse(JSON.parse(input));
      return TransactItems.flatMap((item) => Object.values(item).map(nameOf));
    }
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [nameOf(OfTable.parse(JSON.parse(input)))];
    default:
      return [];
  }
}

function nameOf({ TableName, Key: key, Item }: z.infer<typeof OfTable>): string {
  const at = key ?? Item;
  if (at === undefined) throw new RangeError(`a request to ${TableName} names no item`);
  return JSON.stringify([TableName, at.pk.S, at.sk.S]);
}

function cancelled(met: readonly boolean[]): Reply {
  const codes = met.map((is) => (is ? 'TransactionConflict' : 'None'));
  const Message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`;
  const CancellationReasons = codes.map((Code) =>
    Code === 'None' ? { Code } : { Code, Message: ongoing },
  );
  const __type = `${prefix}TransactionCanceledException`;
  return { status: 400, text: JSON.stringify({ __type, Message, CancellationReasons }) };
}

const conflict: Reply = {
  status: 400,
  text: JSON.stringify({ __type: `${prefix}TransactionConflictException`, message: ongoing }),
};
