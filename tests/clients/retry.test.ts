import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { documents } from './asks-dynamodb.ts';
import { own, type Packages, sdk } from './both.ts';
import { type FakeEndpoint, fakeEndpoint, type Reply } from './endpoint.ts';

let endpoint: FakeEndpoint;
beforeAll(async () => {
  endpoint = await fakeEndpoint();
});
afterAll(() => endpoint.close());

/** Every wait that is asked for, which passes at once; those of sockets, which are longer, do not. */
const waits: number[] = [];
const setTimer = globalThis.setTimeout;
beforeEach(() => {
  waits.length = 0;
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((callback, milliseconds = 0) => {
    if (milliseconds >= 10 && milliseconds < 3_000) waits.push(milliseconds);
    return setTimer(callback, milliseconds < 3_000 ? 0 : milliseconds);
  });
});
afterEach(() => vi.restoreAllMocks());

const refused = (name: string, status = 400) => ({
  status,
  body: JSON.stringify({ __type: name, message: 'no' }),
});
const done: Reply = { body: '{}' };

const ask = async (all: Packages, client = clientOf(all)) => {
  const sent = client.send(new all.documents.GetCommand({ TableName: 't', Key: { pk: 'a' } }));
  const { $metadata, name } = await sent.catch((error: unknown) => Object(error));
  return { attempts: $metadata.attempts, status: $metadata.httpStatusCode, name };
};
const clientOf = ({ dynamodb, documents: lib }: Packages) =>
  lib.DynamoDBDocumentClient.from(new dynamodb.DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });

type Case = readonly [what: string, attempts: number, replies: readonly Reply[]];
const cases: readonly Case[] = [
  [
    'throttles twice',
    3,
    [refused('ThrottlingException'), refused('ProvisionedThroughputExceededException'), done],
  ],
  ['says 429', 2, [refused('Whatever', 429), done]],
  [
    'fails for a moment',
    3,
    [refused('InternalServerError', 500), { status: 503, body: '<html>' }, done],
  ],
  ['fails all the time', 4, [refused('InternalServerError', 500)]],
  ['answers with another 5xx', 1, [refused('NotImplemented', 501)]],
  ['breaks the connection', 2, ['breaks', done]],
  ['breaks within its answer', 2, ['breaks within the answer', done]],
  ['refuses', 1, [refused('ValidationException')]],
  ['finds a condition that does not hold', 1, [refused('ConditionalCheckFailedException')]],
  ['has another transaction at the item', 1, [refused('TransactionConflictException')]],
  ['has the same transaction under way', 2, [refused('TransactionInProgressException'), done]],
  [
    'asks to be left alone for a while',
    2,
    [{ ...refused('SlowDown', 503), headers: { 'retry-after': '2' } }, done],
  ],
  [
    'asks it in milliseconds',
    2,
    [{ ...refused('SlowDown', 503), headers: { 'x-amz-retry-after': '700' } }, done],
  ],
];

describe.each([
  ['the SDK', sdk],
  ['these clients', own],
])('given %s and a service', (_name, packages) => {
  it.each(cases)('when it %s, then it is asked %i times', async (_what, attempts, replies) => {
    endpoint.says(...replies);
    expect((await ask(packages)).attempts).toBe(attempts);
    expect(endpoint.asked).toHaveLength(attempts);
    const tokens = endpoint.asked.map(({ headers }) => headers['amz-sdk-invocation-id']);
    expect(new Set(tokens).size).toBe(1);
  });
});

describe('given what chance and the clock say is the same for both', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each(cases)('when a service %s, then both wait as long', async (_what, _attempts, replies) => {
    const waited = async (packages: Packages) => {
      waits.length = 0;
      endpoint.says(...replies);
      const outcome = await ask(packages);
      return { outcome: outcome.status, waits: [...waits] };
    };
    const theirs = await waited(sdk);
    expect(await waited(own)).toEqual(theirs);
  });

  it('when a service stays down, then a client soon asks it once only, and again often when it is back', async () => {
    const asked = async (packages: Packages) => {
      const client = clientOf(packages);
      const attempts: number[] = [];
      endpoint.says(refused('InternalServerError', 500));
      for (let time = 0; time < 14; time += 1)
        attempts.push((await ask(packages, client)).attempts);
      endpoint.says(done);
      for (let time = 0; time < 30; time += 1) await ask(packages, client);
      endpoint.says(refused('InternalServerError', 500));
      attempts.push((await ask(packages, client)).attempts);
      return attempts;
    };
    const theirs = await asked(sdk);
    expect(theirs).toContain(1);
    expect(await asked(own)).toEqual(theirs);
  });
});

describe('given a transaction whose answer is lost', () => {
  it('when it is asked for again, then by the same token, so that it is done once', async () => {
    endpoint.says('breaks', done);
    const TransactItems = [{ Put: { TableName: 't', Item: { pk: 'a' } } }];
    await documents(own, 2).send(new own.documents.TransactWriteCommand({ TransactItems }));
    const tokens = endpoint.asked.map(({ body }) => JSON.parse(body).ClientRequestToken);
    expect(tokens).toEqual([tokens[0], tokens[0]]);
    expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('given a clock that is ten minutes slow', () => {
  it.each([
    ['the SDK', sdk],
    ['these clients', own],
  ])(
    'when AWS refuses the date, then %s dates the next attempt as AWS does',
    async (_name, packages) => {
      const ahead = new Date(Date.now() + 600_000);
      const date = ahead.toUTCString();
      endpoint.says(
        { ...refused('InvalidSignatureException'), headers: { date } },
        { ...done, headers: { date } },
      );
      expect(await ask(packages)).toMatchObject({ attempts: 2, status: 200 });
      const [first, second] = endpoint.asked.map(({ headers }) => String(headers['x-amz-date']));
      const minute = (moment = '') => moment.slice(0, 12);
      const told = date && ahead.toISOString().replaceAll(/[-:]/g, '');
      expect(minute(second?.slice(0, 13))).toBe(minute(told.slice(0, 13)));
      expect(first).not.toBe(second);
    },
  );
});

describe('given what these clients do not know', () => {
  it.each([
    [
      'an option',
      {},
      () => new own.dynamodb.DynamoDBClient({ logger: console }),
      'the option logger',
    ],
    [
      'adaptive retries',
      { AWS_RETRY_MODE: 'adaptive' },
      () => documents(own).send(new own.documents.GetCommand({ TableName: 't', Key: {} })),
      'AWS_RETRY_MODE=adaptive',
    ],
    [
      'FIPS',
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      () => documents(own).send(new own.documents.GetCommand({ TableName: 't', Key: {} })),
      'AWS_USE_FIPS_ENDPOINT',
    ],
    [
      'another way of marshalling',
      {},
      () => own.documents.DynamoDBDocumentClient.from(new own.dynamodb.DynamoDBClient({})),
      'marshalling',
    ],
    [
      'a member of S3',
      {},
      () =>
        new own.s3.S3Client({ forcePathStyle: true }).send(
          new own.s3.HeadObjectCommand({ Bucket: 'b', Key: 'k', PartNumber: 1 }),
        ),
      'PartNumber of S3',
    ],
    [
      'no region',
      { AWS_REGION: '' },
      () => documents(own).send(new own.documents.GetCommand({ TableName: 't', Key: {} })),
      'AWS_REGION is not set',
    ],
  ])('when it is %s, then it is refused by name', async (_what, env, use, refusal) => {
    endpoint.says(done);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await expect((async () => use())()).rejects.toThrow(refusal);
    expect(endpoint.asked).toEqual([]);
    for (const name of Object.keys(env))
      vi.stubEnv(name, name === 'AWS_REGION' ? 'ap-northeast-2' : undefined);
  });
});
