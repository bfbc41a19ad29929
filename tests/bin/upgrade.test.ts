import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../bin/migrate.ts';
import { stepBetween } from '../../bin/rollout/release.ts';

describe('given the release that is deployed and this one', () => {
  it.each([
    ['no version, so 0.1.0', undefined, '0.1.0+data.1', 1],
    ['the same', '0.1.0+data.1', '0.1.0+data.1', 0],
    ['a newer release without migrations', '0.1.0+data.1', '0.2.0+data.1', 0],
    ['a newer one with two', '0.9.9+data.1', '0.10.0+data.3', 2],
    ['a newer one of a time without migrations', '0.1.0', '1.0.0+data.2', 2],
  ])('%s: so many migrations are new', (_, from, to, migrations) => {
    expect(stepBetween(from, to)).toEqual({ from: from ?? '0.1.0', to, migrations });
  });

  it.each([
    ['an older release', '0.2.0+data.1', '0.1.9+data.1'],
    ['the same with fewer migrations', '0.1.0+data.2', '0.1.0+data.1'],
    ['a newer one with fewer migrations', '0.1.0+data.2', '0.2.0+data.1'],
  ])('edge case 47: back to %s is refused, with what to do', (_, from, to) => {
    expect(() => stepBetween(from, to)).toThrow(
      expect.objectContaining({
        code: 'deployed-is-newer',
        exitCode: 3,
        message: expect.stringContaining('Check the newer release out'),
      }),
    );
  });

  it('what is no version is not taken for one', () => {
    expect(() => stepBetween('latest', '0.1.0+data.1')).toThrow(/no version/);
  });
});

/** What the function answers, one invocation after the other; the last for ever. */
let answers: readonly object[];
let asked: { readonly path: string; readonly body: string }[];
let server: Server;
let lambda: LambdaClient;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    asked.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? {};
    const headers = 'errorType' in answer ? { 'x-amz-function-error': 'Unhandled' } : {};
    response.writeHead(200, headers).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const endpoint = `http://127.0.0.1:${port}`;
  lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  lambda.destroy();
  server.close();
});

const reached = (seen: number, changed: number, more = {}) => ({
  ...{ done: false, migration: '0001-first', seen, changed, busy: false },
  ...more,
});
const busy = reached(0, 0, { busy: true });
const failed = { errorType: 'RowBusy', errorMessage: 'a row changed' };

async function run(...given: readonly object[]) {
  answers = given;
  const told: string[] = [];
  const outputs = { MigrationFunction: 'migrations' };
  const patience = { pause: 1, waits: 3, failures: 2 };
  const answer = await migrate(lambda, outputs, (text) => void told.push(text), patience);
  return { told, ...answer };
}

describe('given a deployed region, when its migrations are run', () => {
  it('then its function is invoked until nothing is left, and each time tells how far it is', async () => {
    const done = reached(900, 70, { done: true, migration: '0002-second' });
    const { told, text, result } = await run(reached(500, 40), reached(900, 70), done);
    expect(asked).toEqual(
      Array(3).fill({
        path: '/2015-03-31/functions/migrations/invocations',
        body: '{"migrate":true}',
      }),
    );
    expect(told).toEqual([
      '0001-first: 500 rows seen, 40 changed',
      '0001-first: 900 rows seen, 70 changed',
    ]);
    expect(text).toBe('all migrations of data are done; 0002-second: 900 rows seen, 70 changed');
    expect(result).toMatchObject({ done: true, changed: 70 });
  });

  it('then one that was cut off, or that somebody else is at, is asked again', async () => {
    const { told } = await run(
      failed,
      busy,
      busy,
      reached(1, 1),
      failed,
      reached(2, 2, { done: true }),
    );
    expect(told).toEqual([
      'a run ended with RowBusy; trying again',
      'somebody else runs the migrations; waiting',
      'somebody else runs the migrations; waiting',
      '0001-first: 1 rows seen, 1 changed',
      'a run ended with RowBusy; trying again',
    ]);
  });

  it.each([
    [
      'fails on and on',
      failed,
      'migration-failed',
      1,
      /migrations has the reason in its log.*same command/s,
    ],
    [
      'is busy on and on',
      busy,
      'migration-busy',
      4,
      /Run the same command again when they are done/,
    ],
  ])('then one that %s ends with a named error', async (_, answer, code, exitCode, message) => {
    const text = expect.stringMatching(message);
    await expect(run(answer)).rejects.toMatchObject({ code, exitCode, message: text });
  });

  it('then a stack without the function is told apart', async () => {
    const none = migrate(lambda, {}, () => undefined);
    await expect(none).rejects.toMatchObject({ code: 'no-migration-function' });
    expect(asked).toEqual([]);
  });
});
