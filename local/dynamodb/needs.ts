import { z } from 'zod';
import type { LocalContext } from '../context.ts';
import type { Need } from '../service.ts';

/** In a transaction each item needs the action that it would need alone. */
const itemActions = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
} as const;
const named = z.object({ TableName: z.string() }).optional();
const Transaction = z.object({
  TransactItems: z.array(
    z.object({ Put: named, Update: named, Delete: named, ConditionCheck: named, Get: named }),
  ),
});
const Batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const Single = z.object({ TableName: z.string().optional(), IndexName: z.string().optional() });

/**
 * What operations on tables need. What this does not know by name (PartiQL) needs an action of the operation's own name,
 * which no role has.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export class TableNeeds {
  readonly #tables: string;

  constructor({ region, account }: Pick<LocalContext, 'region' | 'account'>) {
    this.#tables = `arn:aws:dynamodb:${region}:${account}:table/`;
  }

  of(operation: string, body: Buffer): readonly Need[] {
    switch (operation) {
      case 'TransactWriteItems':
      case 'TransactGetItems':
        return this.#transaction(operation, body);
      case 'BatchGetItem':
      case 'BatchWriteItem':
        return this.#batch(operation, body);
      default:
        return [this.#single(operation, body)];
    }
  }

  #transaction(operation: string, body: Buffer): readonly Need[] {
    const parsed = Transaction.safeParse(parsedJson(body));
    // DynamoDB will say what is wrong with it, to whoever may do it.
    if (!parsed.success) return [this.#need(operation, '*')];
    return parsed.data.TransactItems.flatMap((item) =>
      // Object.entries forgets that its keys are those of the schema above.
      (Object.entries(item) as [keyof typeof itemActions, { TableName: string }][]).map(
        ([kind, { TableName }]) => this.#need(itemActions[kind], TableName),
      ),
    );
  }

  #batch(operation: string, body: Buffer): readonly Need[] {
    const parsed = Batch.safeParse(parsedJson(body));
    const tables = parsed.success ? Object.keys(parsed.data.RequestItems) : ['*'];
    return tables.map((table) => this.#need(operation, table));
  }

  #single(operation: string, body: Buffer): Need {
    const table = parameter(body, '"TableName":"');
    if (table !== undefined) {
      return this.#need(operation, table, parameter(body, '"IndexName":"'));
    }
    const parsed = Single.safeParse(parsedJson(body));
    const { TableName = '*', IndexName } = parsed.data ?? {};
    return this.#need(operation, TableName, IndexName);
  }

  #need(action: string, table: string, index?: string): Need {
    const arn = table.startsWith('arn:') ? table : this.#tables + table;
    const resource = index === undefined ? arn : `${arn}/index/${index}`;
    return { action: `dynamodb:${action}`, resource };
  }
}

const quote = 0x22;

/**
 * A parameter of an operation on one table, without parsing what may be a large item. Quotes within texts are escaped, and
 * what stands at a name within an item is an object, so nothing but the parameter looks like this.
 * @param mark - the parameter as SDKs write it, up to its value
 */
function parameter(body: Buffer, mark: string): string | undefined {
  const at = body.indexOf(mark);
  if (at < 0) return undefined;
  const from = at + mark.length;
  return body.toString('latin1', from, body.indexOf(quote, from));
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // No JSON asks for no table: DynamoDB says so to whoever may ask for any.
    return undefined;
  }
}
