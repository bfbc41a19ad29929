import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { Connection } from '../../../../local/dynamodb/connection.ts';
import { Engine } from '../../../../local/dynamodb/engine/engine.ts';
import { type DynamoDbProcess, startDynamoDbProcess } from '../../../../local/dynamodb/process.ts';
import { runs } from '../../../runs.ts';
import { temporaryDirectory } from '../region.ts';
import { type Ask, type Asked, asksConnection, asksEngine } from './answers.ts';
import { recordsOf } from './records.ts';
import { anyRequest, table } from './requests.ts';

const scratch = temporaryDirectory();
let process: DynamoDbProcess;
let connection: Connection;

// The one JVM of `npm test`: its tables are what ours are to be like.
beforeAll(async () => {
  process = await startDynamoDbProcess({ pidDirectory: scratch.path });
  connection = new Connection(process.endpoint);
});
afterAll(async () => {
  connection.close();
  await process.stop();
  scratch[Symbol.dispose]();
});

const newEngine = () =>
  new Engine({
    account: '000000000000',
    region: 'ddblocal',
    file: ':memory:',
    now: Date.now,
    changed: () => undefined,
  });

const codeOf = (answer: unknown) => z.object({ code: z.string() }).safeParse(answer).data?.code;

/** A page that ends with the only row that a query can find: of a key it has an address to go on, of a range none. */
const lastOfPage: Asked[] = [
  { operation: 'PutItem', input: { TableName: table.TableName, Item: keyOf('2') } },
  ...['sk = :sk', 'sk <= :sk', 'sk >= :sk', 'sk BETWEEN :sk AND :sk'].flatMap((range) =>
    [true, false].map((ScanIndexForward) => ({
      operation: 'Query',
      input: {
        TableName: table.TableName,
        KeyConditionExpression: `pk = :pk AND ${range}`,
        ExpressionAttributeValues: { ':pk': keyOf('2').pk, ':sk': keyOf('2').sk },
        ...{ Limit: 1, ScanIndexForward },
      },
    })),
  ),
];
function keyOf(sk: string) {
  return { pk: { S: 'p1' }, sk: { N: sk } };
}

/**
 * A transaction with an update that does not fit its item, which DynamoDB Local refuses even where a condition has failed
 * already. AWS has that among the reasons. Nothing is done either way.
 */
const isRefusedWhole = (ours: unknown, theirs: unknown) =>
  codeOf(ours) === 'TransactionCanceledException' && codeOf(theirs) === 'ValidationException';

it('whatever is asked, in whatever order: the engine answers as DynamoDB Local does, and its stream tells the same', async () => {
  const asks = fc.array(anyRequest, { minLength: 20, maxLength: 30, size: 'max' });
  await fc.assert(
    fc.asyncProperty(asks, async (requests) => {
      const engine = newEngine();
      const both: readonly [Ask, Ask] = [asksEngine(engine), asksConnection(connection)];
      for (const ask of both) await ask({ operation: 'CreateTable', input: table });
      try {
        for (const request of requests) {
          const [ours, theirs] = await Promise.all(both.map((ask) => ask(request)));
          if (!isRefusedWhole(ours, theirs)) expect(ours, JSON.stringify(request)).toEqual(theirs);
        }
        const [ours, theirs] = await Promise.all(
          both.map((ask) => recordsOf(ask, table.TableName)),
        );
        expect(ours).toEqual(theirs);
      } finally {
        for (const ask of both) {
          await ask({ operation: 'DeleteTable', input: { TableName: table.TableName } });
        }
        engine.stop();
      }
    }),
    { numRuns: runs(10), endOnFailure: true, examples: [[lastOfPage]] },
  );
}, 400_000);
