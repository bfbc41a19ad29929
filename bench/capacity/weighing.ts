import * as z from 'zod';
import type { AwsService, ServiceRequest } from '../../local/service.ts';
import {
  type Index,
  type Item,
  readUnitsFor,
  sizeOf,
  unitsOfWrite,
  writeUnitsFor,
} from './units.ts';

/** What a request cost. */
export interface Weight {
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Of the write units, those of indexes. */
  readonly indexUnits: number;
  /** Write units that it could not do without: a row of 1 KB each, and entries of indexes that come or go. */
  readonly leastWritten: number;
  /** Of what is above that, what rows of more than 1 KB cost; the rest is entries of whole rows in indexes. */
  readonly largeWritten: number;
  /** What is read, so that one can tell whether it was read before; undefined: nothing is. */
  readonly reads?: string;
}

// The wire format of an item, as DynamoDB Local and the SDK have it.
const Attributes = z.custom<Item>((item) => typeof item === 'object' && item !== null);
const Keyed = z.looseObject({
  TableName: z.string(),
  Key: Attributes.optional(),
  Item: Attributes.optional(),
});
const Transaction = z.looseObject({
  TransactItems: z.array(
    z.partialRecord(z.enum(['Put', 'Update', 'Delete', 'ConditionCheck', 'Get']), Keyed),
  ),
});
const Units = z.object({ CapacityUnits: z.number() });
const Consumed = z.object({
  ConsumedCapacity: z
    .union([
      z.array(z.looseObject(Units.shape)),
      z.looseObject(Units.shape).transform((one) => [one]),
    ])
    .default([]),
});
const InIndexes = z.object({ GlobalSecondaryIndexes: z.record(z.string(), Units).default({}) });
const KeySchema = z.array(z.object({ AttributeName: z.string() }));
const Described = z.object({
  Table: z.object({
    KeySchema,
    GlobalSecondaryIndexes: z
      .array(z.object({ KeySchema, Projection: z.object({ ProjectionType: z.string() }) }))
      .default([]),
  }),
});
const Found = z.object({ Responses: z.array(z.object({ Item: Attributes.optional() })) });

/** Has the service answer another request beside the one that is weighed. */
type Ask = (operation: string, input: object) => Promise<unknown>;

/**
 * What requests to DynamoDB cost. The local region's tables say it of single requests and of queries, when they are asked to.
 * Transactions are weighed here, by what was in each row before and after: DynamoDB Local, on which a region can run too, adds
 * up the bytes of all items before it rounds them to units, so that two of 100 bytes would cost as much as one, where AWS
 * rounds each. That entries of indexes cost twice as much too when a transaction writes them is as both have it, and the
 * dearer reading of AWS's documentation.
 */
export class Scales {
  readonly #indexes = new Map<string, Promise<readonly Index[]>>();

  /** Answers a request and weighs it. */
  async weigh(service: AwsService, operation: string, request: ServiceRequest) {
    const ask: Ask = async (other, input) => {
      const { body } = await service.answer(other, { ...request, body: bytesOf(input) });
      return JSON.parse(body.toString());
    };
    const input: unknown = JSON.parse(request.body.toString());
    if (operation === 'TransactWriteItems') {
      const items = Transaction.parse(input).TransactItems.flatMap((one) => Object.values(one));
      const before = await this.#images(ask, items);
      const reply = await service.answer(operation, request);
      const after = reply.status === 200 ? await this.#images(ask, items) : before;
      return { reply, weight: await this.#transaction(ask, items, before, after) };
    }
    const telling = bytesOf({ ...Object(input), ReturnConsumedCapacity: 'INDEXES' });
    const reply = await service.answer(operation, { ...request, body: telling });
    const answer: unknown = JSON.parse(reply.body.toString());
    const weight = reply.status === 200 ? told(operation, answer) : refused;
    return {
      reply,
      weight: isReading(operation) ? { ...weight, reads: JSON.stringify(input) } : weight,
    };
  }

  async #images(ask: Ask, items: readonly z.infer<typeof Keyed>[]) {
    const keys = items.map(({ TableName, Key, Item: item }) => ({
      Get: { TableName, Key: Key ?? { pk: item?.['pk'], sk: item?.['sk'] } },
    }));
    const { Responses } = Found.parse(await ask('TransactGetItems', { TransactItems: keys }));
    return Responses.map(({ Item: image }) =>
      image && Object.keys(image).length > 0 ? image : undefined,
    );
  }

  async #transaction(
    ask: Ask,
    items: readonly z.infer<typeof Keyed>[],
    before: readonly (Item | undefined)[],
    after: readonly (Item | undefined)[],
  ): Promise<Weight> {
    let [table, index, least] = [0, 0, 0];
    const once = 2 * items.length;
    for (const [position, { TableName }] of items.entries()) {
      const indexes = await this.#indexesOf(ask, TableName);
      const units = unitsOfWrite(before[position], after[position], indexes);
      table += 2 * units.table;
      index += 2 * units.index;
      least += 2 * units.least;
    }
    const written = { writeUnits: table + index, indexUnits: index, leastWritten: least };
    return { readUnits: 0, ...written, largeWritten: table - once };
  }

  #indexesOf(ask: Ask, table: string): Promise<readonly Index[]> {
    const known = this.#indexes.get(table) ?? describe(ask, table);
    this.#indexes.set(table, known);
    return known;
  }
}

async function describe(ask: Ask, TableName: string): Promise<readonly Index[]> {
  const { Table } = Described.parse(await ask('DescribeTable', { TableName }));
  const names = (schema: z.infer<typeof KeySchema>) =>
    schema.map(({ AttributeName }) => AttributeName);
  return Table.GlobalSecondaryIndexes.map(({ KeySchema: keys, Projection }) => ({
    keys: names(keys),
    projected: Projection.ProjectionType === 'ALL' ? undefined : names(Table.KeySchema),
  }));
}

/** A condition that does not hold costs a write of what is there. */
const refused: Weight = {
  readUnits: 0,
  writeUnits: writeUnitsFor(0),
  indexUnits: 0,
  leastWritten: 0,
  largeWritten: 0,
};

/** Operations that read; all others that cost units write. */
const isReading = (operation: string): boolean =>
  /^(BatchGet|Get|TransactGet|Query|Scan)/.test(operation);

function told(operation: string, answer: unknown): Weight {
  if (operation === 'TransactGetItems') return reading(readingOf(Found.parse(answer)));
  const { ConsumedCapacity } = Consumed.parse(answer);
  const units = ConsumedCapacity.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
  if (isReading(operation)) return reading(units);
  const indexes = ConsumedCapacity.flatMap((one) =>
    Object.values(InIndexes.parse(one).GlobalSecondaryIndexes),
  );
  const indexUnits = indexes.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
  const largeWritten = units - indexUnits - 1;
  const leastWritten = 1 + indexes.length;
  return { readUnits: 0, writeUnits: units, indexUnits, leastWritten, largeWritten };
}

const reading = (readUnits: number): Weight => ({
  readUnits,
  writeUnits: 0,
  indexUnits: 0,
  leastWritten: 0,
  largeWritten: 0,
});

/** Of a transaction that reads: twice what each row would cost by itself. */
const readingOf = ({ Responses }: z.infer<typeof Found>): number =>
  Responses.reduce((sum, { Item: item = {} }) => sum + 2 * readUnitsFor(sizeOf(item)), 0);

const bytesOf = (input: object): Buffer => Buffer.from(JSON.stringify(input));
