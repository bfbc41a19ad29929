import { BatchWriteCommand, DeleteCommand, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MigrationId } from '../../functions/operation/contract.ts';
import type { handler as migrationJob } from '../../functions/operation/migration.job.ts';
import { accountsAreIndexed } from '../../functions/provisioning/contract.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { at, village } from '../runtime/village.ts';

const takeLog = captureLog();
const migration = '0001-requests-by-learner';
/** Those after it have been done before: these tests are about one. */
const later = MigrationId.options.filter((id) => id !== migration);
const done = { done: true, busy: false, migration };

let cloud: Cloud;
let job: typeof migrationJob;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  cloud = await openCloud();
  await cloud.createTable('operation');
  await cloud.createTable('identity');
  await cloud.createTable('provisioning');
  const names = ['operation', 'identity', 'eligibility', 'provisioning', 'mentoring'];
  for (const name of names) process.env[`${name.toUpperCase()}_TABLE`] = name;
  job = await loadHandler('operation/migration.job', { '#region': village() });
});
beforeEach(async () => {
  vi.setSystemTime(at('2026-03-02T10:00').epochMilliseconds);
  await reset();
});
afterEach(() => {
  cloud.disturb(undefined);
  takeLog();
});
afterAll(async () => {
  await cloud.close();
  vi.useRealTimers();
});

/** Runs the job as Lambda does, told that so much of its time is left. */
const run = (call: object = {}, milliseconds = 50_000, awsRequestId = 'test') =>
  job(call, { awsRequestId, getRemainingTimeInMillis: () => milliseconds });

const standing = {
  key: { TableName: 'operation', Key: { pk: 'MIGRATIONS', sk: migration } },
  read: async () => (await documents.send(new GetCommand(standing.key))).Item,
  forget: () => documents.send(new DeleteCommand(standing.key)),
};

const rows = async () =>
  (await documents.send(new ScanCommand({ TableName: 'identity', ConsistentRead: true }))).Items ??
  [];
const ties = async () =>
  (await rows())
    .map(({ sk }) => String(sk))
    .filter((sk) => sk.startsWith('ASKED#'))
    .sort();

/** The tables as release 0.1.0 left them. */
async function reset() {
  const tied = (await rows()).filter(({ sk }) => String(sk).startsWith('ASKED#'));
  const gone = tied.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
  const put = all.map((Item) => ({ PutRequest: { Item } }));
  const ended = later.map((sk) => ({ PutRequest: { Item: { ...endedBefore, sk } } }));
  const RequestItems = { identity: [...gone, ...put], operation: ended };
  await documents.send(new BatchWriteCommand({ RequestItems }));
  await standing.forget();
}

/** A migration that has nothing left to do. */
const endedBefore = {
  ...{ pk: 'MIGRATIONS', state: 'done', cursors: Array(4).fill('end'), seen: 0, changed: 0 },
  begunAt: '2026-03-01T10:00:00.000Z',
};

const idOf = (prefix: string, at: number) => `${prefix}_${String(at).padStart(26, '0')}`;
/** Requests as release 0.1.0 wrote them: two of four became learners. */
const requests = Array.from({ length: 4 }, (_, at) => ({
  pk: `CONSENT#${idOf('cns', at)}`,
  sk: 'CONSENT',
  consentId: idOf('cns', at),
  state: 'granted',
  ...(at % 2 === 0 ? {} : { learnerId: idOf('lrn', at) }),
}));
const expected = requests.flatMap(({ consentId, ...row }) =>
  'learnerId' in row ? [`ASKED#${consentId}`] : [],
);

const others = [{ pk: `LEARNER#${idOf('lrn', 1)}`, sk: 'PROFILE' }];
const all = [...requests, ...others];

describe('the migration job', () => {
  it('changes what needs it, counts all, and changes nothing when it is asked again', async () => {
    const { seen, ...told } = await run();
    expect({ seen: 0, ...told }).toEqual({ ...done, seen: 0, changed: expected.length });
    // Which part of the table its own row comes up in, which it writes meanwhile, is nobody's business.
    expect([all.length, all.length + 1]).toContain(seen);
    expect(await ties()).toEqual(expected);
    const before = await rows();
    const writes = cloud.asked('TransactWriteItems');
    const last = { ...done, migration: MigrationId.options.at(-1) };
    expect(await run()).toEqual({ ...last, seen: 0, changed: 0 });
    expect(await rows()).toEqual(before);
    expect(cloud.asked('TransactWriteItems')).toBe(writes);
  });

  it('only tells how far it is where it is only asked', async () => {
    const waiting = { done: false, busy: false, migration, seen: 0, changed: 0 };
    expect(await run({ migrate: false })).toEqual(waiting);
    expect([await ties(), await standing.read()]).toEqual([[], undefined]);
  });

  it('refuses what it does not know', async () => {
    await expect(run({ migrat: true })).rejects.toThrow(/migrat/);
  });

  it('ends when its time runs low, and the next run goes on where it was', async () => {
    // Pages of one row, so one round sees four rows at most.
    cloud.disturb(async (operation, input) =>
      operation === 'Scan' ? { input: { ...input, Limit: 1 } } : undefined,
    );
    const first = await run({}, 10_000);
    expect(first).toMatchObject({ done: false, busy: false });
    expect(first.seen).toBeLessThan(all.length);
    let last = first;
    for (let runs = 1; !last.done; runs += 1) {
      expect(runs).toBeLessThan(20);
      last = await run({}, 10_000);
      expect(last.seen).toBeGreaterThanOrEqual(first.seen);
    }
    cloud.disturb(undefined);
    expect([last.changed, await ties()]).toEqual([expected.length, expected]);
  });

  it('edge case 25: says that accounts are found by their provider when all are, and no sooner', async () => {
    await run();
    const TableName = 'provisioning';
    const accounts = [1, 2, 3, 4, 5].map((at) => {
      const learnerId = idOf('lrn', at);
      return { pk: `ACCOUNT#${learnerId}#mill`, sk: 'ACCOUNT', learnerId, providerId: 'mill' };
    });
    const put = accounts.map((Item) => ({ PutRequest: { Item } }));
    await documents.send(new BatchWriteCommand({ RequestItems: { provisioning: put } }));
    const sk: MigrationId = '0005-accounts-by-provider';
    await documents.send(new DeleteCommand({ ...standing.key, Key: { pk: 'MIGRATIONS', sk } }));
    const isSaid = async () => {
      const { Item } = await documents.send(new GetCommand({ TableName, Key: accountsAreIndexed }));
      return Item !== undefined;
    };
    cloud.disturb(async (operation, input) =>
      operation === 'Scan' ? { input: { ...input, Limit: 1 } } : undefined,
    );
    const said: boolean[] = [];
    for (let ended = false; !ended; said.push(await isSaid())) ended = (await run({}, 10_000)).done;
    expect(said.length).toBeGreaterThan(1);
    expect(said).toEqual(said.map((_, index) => index === said.length - 1));
  });

  it('leaves it to whoever is at it already', async () => {
    let inner: ReturnType<typeof run> | undefined;
    cloud.disturb(async (operation) => {
      if (operation === 'Scan') inner ??= run({}, 50_000, 'other');
      return undefined;
    });
    const outer = await run();
    expect(await inner).toEqual({ ...done, done: false, busy: true, seen: 0, changed: 0 });
    expect(outer).toMatchObject({ done: true, changed: expected.length });
  });

  it('edge case 47: killed at whatever request, it goes on, and everything is there once', async () => {
    let killed = true;
    for (let last = 1; killed; last += 1) {
      await reset();
      killed = await runKilledAfter(last);
      cloud.disturb(undefined);
      // Nobody released it: others have it once its time has passed.
      vi.setSystemTime(Date.now() + 60_000);
      expect(await run(), `killed after ${last} requests`).toMatchObject({ done: true });
      expect(await ties()).toEqual(expected);
      expect(last).toBeLessThan(60);
    }
  });
});

/** Runs the job, none of whose requests but the first so many arrives; whether that killed it. */
async function runKilledAfter(requests: number): Promise<boolean> {
  let count = 0;
  cloud.disturb(async () => {
    count += 1;
    if (count <= requests) return undefined;
    return { reply: { status: 400, headers: {}, body: JSON.stringify({ __type: 'Killed' }) } };
  });
  try {
    await run();
    return false;
  } catch {
    return true;
  }
}
