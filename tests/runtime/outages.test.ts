import { DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { serve } from '../../functions/runtime/http.ts';
import { contract } from '../../functions/runtime/route.ts';
import { type Cloud, openCloud } from './cloud.ts';
import { refused } from './disturbances.ts';
import { captureLog } from './log-lines.ts';
import { invoke } from './requests.ts';

const things = contract({
  name: 'things',
  summary: 'One thing, for this specification only',
  routes: {
    read: {
      method: 'GET',
      path: '/thing',
      access: { pool: 'none' },
      summary: 'The thing',
      answers: { status: 200, body: z.strictObject({ there: z.boolean() }) },
    },
    write: {
      method: 'PUT',
      path: '/thing',
      access: { pool: 'none' },
      summary: 'Write the thing',
      answers: { status: 204 },
    },
  },
});
const Key = { pk: 'a', sk: 'THING' };

/** A handler that maps no errors of AWS, as most do. */
const handler = serve(things, {
  read: async () => {
    const { Item } = await documents.send(new GetCommand({ TableName: 'things', Key }));
    return { body: { there: Item !== undefined } };
  },
  write: async () => {
    await documents.send(new PutCommand({ TableName: 'things', Item: Key }));
    return { body: undefined };
  },
});

let cloud: Cloud;
beforeAll(async () => {
  // What the SDK does before it gives up is not in question, and takes it seconds.
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  cloud = await openCloud();
  await cloud.createTable('things');
});
afterEach(() => cloud.disturb(undefined));
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});

const takeLog = captureLog();

/** What a caller is answered while DynamoDB refuses all requests so. */
async function answerWhile(route: 'read' | 'write', type: string, status = 400) {
  const { reply } = refused(type, { message: 'as DynamoDB says' });
  cloud.disturb(async () => ({ reply: { ...reply, status } }));
  return invoke(handler, things.routes[route]);
}

const unavailable = {
  status: 503,
  headers: { 'retry-after': '2', 'content-type': 'application/problem+json' },
  body: { code: 'unavailable', status: 503 },
};

describe('given a service of AWS that fails for a while', () => {
  it.each([
    ['a table that throttles', 'ThrottlingException', 400],
    ['a table that is asked for too much', 'ProvisionedThroughputExceededException', 400],
    ['an account that is asked for too much', 'RequestLimitExceeded', 400],
    ['a transaction of others', 'TransactionConflictException', 400],
    ['the same transaction, which is still going on', 'TransactionInProgressException', 400],
    ['a fault of its own', 'InternalServerError', 500],
    ['a service that is away', 'ServiceUnavailable', 503],
  ])('answers 503 with a time to come back for %s', async (_, type, status) => {
    takeLog();
    for (const route of ['read', 'write'] as const)
      expect(await answerWhile(route, type, status)).toMatchObject(unavailable);
    const lines = takeLog().trim().split('\n');
    // Whoever has to find out why sees which error it was.
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ status: 503, error: type });
  });

  it('answers so when nobody is there', async () => {
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = 'http://127.0.0.1:1';
    onTestFinished(() => {
      delete process.env['AWS_ENDPOINT_URL_DYNAMODB'];
    });
    const nobody = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
      marshallOptions: { removeUndefinedValues: true },
    });
    const lonely = serve(things, {
      read: () => Promise.reject(new Error('not asked')),
      write: async () => {
        await nobody.send(new GetCommand({ TableName: 'things', Key }));
        return { body: undefined };
      },
    });
    expect(await invoke(lonely, things.routes.write)).toMatchObject(unavailable);
  });

  it.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'])(
    'answers so for a connection that ends with %s',
    async (code) => {
      const lost = serve(things, {
        read: () => Promise.reject(Object.assign(new Error('connection'), { code })),
        write: () => Promise.reject(new DOMException('over', 'TimeoutError')),
      });
      expect(await invoke(lost, things.routes.read)).toMatchObject(unavailable);
      expect(await invoke(lost, things.routes.write)).toMatchObject(unavailable);
    },
  );

  it('and answers again as soon as it is back', async () => {
    expect(await answerWhile('read', 'ThrottlingException')).toMatchObject({ status: 503 });
    cloud.disturb(undefined);
    expect(await invoke(handler, things.routes.read)).toMatchObject({ status: 200 });
  });
});

describe('given a mistake of ours', () => {
  it.each([
    ['a request that DynamoDB does not understand', 'ValidationException'],
    ['a table that is not there', 'ResourceNotFoundException'],
    ['what its role does not allow', 'AccessDeniedException'],
    ['a token that was used for something else', 'IdempotentParameterMismatchException'],
  ])('answers 500 for %s: trying again would not help', async (_, type) => {
    expect(await answerWhile('read', type)).toMatchObject({
      status: 500,
      body: { code: 'internal' },
    });
  });

  it('answers 500 for an error of AWS that says nothing of itself', async () => {
    const metadata = { name: 'Odd', $fault: 'client' as const, $metadata: {} };
    const odd = serve(things, {
      read: () => Promise.reject(new DynamoDBServiceException(metadata)),
      write: () => Promise.reject(undefined),
    });
    expect(await invoke(odd, things.routes.read)).toMatchObject({ status: 500 });
    expect(await invoke(odd, things.routes.write)).toMatchObject({ status: 500 });
  });
});
