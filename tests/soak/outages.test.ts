import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { contracts } from '../../functions/contracts.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { granted, type Learner } from '../people.ts';
import { until } from '../until.ts';
import { type OwnRegion, ownRegion } from '../whole/own-region.ts';

const { choose, giveBack, listMine } = enrolment.routes;
const { listTasks, settleTask } = provisioning.routes;
const providerId = 'ridge-line';
const category = 'subject';

let region: OwnRegion;
beforeAll(async () => {
  region = await ownRegion();
});
afterAll(() => region.stop());
afterEach(() => region.world.mend(`providers/${providerId}`));

async function chosen({ api }: Learner) {
  return granted(await api(choose, { params: { place: category }, body: { providerId } }));
}

async function stateOf({ api }: Learner): Promise<string | undefined> {
  return granted(await api(listMine, {})).enrolments[0]?.state;
}

/** The work list of the provider. */
async function tasks() {
  const params = listTasks.params.parse({ providerId });
  return granted(await region.people.administrator.api(listTasks, { params })).tasks;
}

/** Deliveries to the worker that came back: each has been hidden for its back-off. */
async function attempts(): Promise<number> {
  const lines = await region.people.control.logs();
  const since = lines.findLastIndex(({ text }) => text.includes('account settled'));
  return lines.slice(since + 1).filter(({ text }) => text.includes('comes back later')).length;
}

/** Lets the region's time pass step by step, so that back-offs and schedules fall due in turn. */
async function letPass(steps: number, minutes = 1): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    await region.people.control.advance(minutes * 60);
    await region.people.control.settle();
  }
}

describe('whatever the provider does, the learner ends with exactly one account', () => {
  // The first, for staff are signed in for an hour.
  it('edge case 18: a name that is taken by an account which is not ours is a case for a person', async () => {
    const learner = await region.people.newApprovedLearner();
    await region.world.disturb(`providers/${providerId}`, {
      kind: 'status',
      status: 409,
      times: 1,
      methods: ['POST'],
    });
    const { accountId } = await chosen(learner);
    await until(async () => (await tasks()).length > 0);
    const [task, ...others] = await tasks();
    expect(others).toEqual([]);
    expect(task).toMatchObject({ accountId, asked: 'create', reason: 'account-of-another' });
    // However often it is looked at, it waits for somebody, and nobody is asked again.
    await letPass(3, 14);
    const later = { ...learner, api: await region.people.signIn(learner) };
    expect(await stateOf(later)).toBe('pending');
    expect(await tasks()).toEqual([task]);
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(0);

    // The provider has taken the other account away, and somebody says so.
    const params = settleTask.params.parse({ providerId, accountId });
    const body = { fence: task?.fence ?? 0, outcome: 'again' } as const;
    expect(await region.people.administrator.api(settleTask, { params, body })).toMatchObject({
      status: 204,
    });
    await until(async () => (await stateOf(later)) === 'active');
    expect(await tasks()).toEqual([]);
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(1);
  });

  it('edge case 19: a 201 that was lost makes no second account', async () => {
    const learner = await region.people.newApprovedLearner();
    await region.world.disturb(`providers/${providerId}`, {
      kind: 'lose-answer',
      times: 1,
      methods: ['POST'],
    });
    const { accountId } = await chosen(learner);
    await region.people.control.settle();
    expect(await stateOf(learner)).toBe('pending');
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(1);
    await letPass(2);
    expect(await stateOf(learner)).toBe('active');
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(1);
  });

  it('edge case 23: messages sent again, and again after the deduplication window, change nothing', async () => {
    const learner = await region.people.newApprovedLearner();
    const { accountId } = await chosen(learner);
    await until(async () => (await stateOf(learner)) === 'active');
    const made = await region.world.received(providerId, 'POST');
    const sqs = new SQSClient({
      endpoint: `${region.people.url}/_aws`,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    for (const attempt of [1, 2, 3]) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: `${region.people.url}/_aws/000000000000/ladder-seoul-${providerId}.fifo`,
          MessageGroupId: learner.learnerId,
          MessageDeduplicationId: `again-${attempt}`,
          MessageBody: JSON.stringify({ learnerId: learner.learnerId, providerId, version: 1 }),
        }),
      );
      await letPass(2, 3);
    }
    const queues = await region.people.control.queues();
    expect(queues[`ladder-seoul-${providerId}.fifo`]).toMatchObject({ available: 0, inFlight: 0 });
    expect(await region.world.received(providerId, 'POST')).toBe(made);
    expect(await stateOf(learner)).toBe('active');
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(1);
  });

  it('a provider that is down for an hour: one account when its rest is over after it is back', async () => {
    const learner = await region.people.newApprovedLearner();
    await region.world.disturb(`providers/${providerId}`, { kind: 'down' });
    const { accountId } = await chosen(learner);
    await letPass(12, 5);
    const later = { ...learner, api: await region.people.signIn(learner) };
    expect(await stateOf(later)).toBe('pending');
    await region.world.mend(`providers/${providerId}`);
    // The longest rest is half an hour, and who failed before is the last to try.
    await letPass(8, 5);
    expect(await stateOf(later)).toBe('active');
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(1);
  });

  it('edge case 17: a request that the provider carries out long after it was given up leaves nothing behind', async () => {
    const learner = await region.people.newApprovedLearner();
    await region.world.disturb(`providers/${providerId}`, {
      kind: 'slow',
      // So long that what comes between is done by then, on a slow machine too.
      ms: 15_000,
      times: 1,
      methods: ['POST'],
    });
    const { accountId } = await chosen(learner);
    // Five seconds are the worker's patience; then it knows nothing of what the provider does.
    await until(async () => (await attempts()) > 0, 10);
    granted(await learner.api(giveBack, { params: { place: category } }));
    await letPass(3);
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(0);
    await until(async () => (await region.world.accountsOf(providerId, accountId)).length > 0, 30);
    await letPass(6, 5);
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(0);
  });

  it('edge case 17: an end that comes long after it was given up takes no new account with it', async () => {
    const learner = await region.people.newApprovedLearner();
    const { accountId } = await chosen(learner);
    await until(async () => (await stateOf(learner)) === 'active');
    await region.world.disturb(`providers/${providerId}`, {
      kind: 'slow',
      ms: 7000,
      times: 1,
      methods: ['DELETE'],
    });
    granted(await learner.api(giveBack, { params: { place: category } }));
    await until(async () => (await attempts()) > 0, 10);
    await chosen(learner);
    await letPass(5);
    expect(await stateOf(learner)).toBe('active');
    // Long enough for the end that was given up to come about.
    await sleep(3000);
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(1);
  });
});

describe('an outage longer than a queue keeps messages', () => {
  const nothing = expect.objectContaining({ available: 0, inFlight: 0 });

  /** The provider's queue, and what was given up. */
  async function queues() {
    const all = await region.people.control.queues();
    return ['', '-dlq'].map((end) => all[`ladder-seoul-${providerId}${end}.fifo`]);
  }

  /** After each rest one tries whether the provider is back, is hidden for a first back-off, and then is parked as well. */
  async function expectParked() {
    const isEmpty = async () => (await queues())[0]?.inFlight === 0;
    for (let minutes = 0; minutes < 3 && !(await isEmpty()); minutes += 1) await letPass(1);
    expect(await queues()).toEqual([nothing, nothing]);
  }

  it('edge case 20: who waits is parked in their row, no message is given up, and the sweep brings them back', async () => {
    const learner = await region.people.newApprovedLearner();
    await region.world.disturb(`providers/${providerId}`, { kind: 'down' });
    const { accountId } = await chosen(learner);
    await letPass(18, 30);
    await expectParked();
    // Longer than SQS keeps anything.
    await letPass(1, 15 * 24 * 60);
    await expectParked();

    await region.world.mend(`providers/${providerId}`);
    // The longest rest is half an hour.
    await letPass(3, 15);
    const later = { ...learner, api: await region.people.signIn(learner) };
    expect(await stateOf(later)).toBe('active');
    expect(await region.world.accountsOf(providerId, accountId)).toHaveLength(1);
  });
});

describe('three in ten transactions cancelled, as DynamoDB does when others hold an item', () => {
  afterEach(() => region.people.control.clearFaults());

  it('nothing is lost and nothing is done twice: 12 choices at once', async () => {
    const adult = { birthDate: '1988-09-30', stage: 'lifelong' } as const;
    const learners = await Promise.all(
      Array.from({ length: 12 }, () => region.people.newApprovedLearner(adult, 'resident')),
    );
    await region.people.control.addFault({
      target: 'DynamoDB_20120810',
      operation: 'TransactWriteItems',
      share: 0.3,
      seed: 20261121,
      effect: {
        kind: 'error',
        status: 400,
        body: {
          __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
          Message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
          CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
        },
      },
    });
    const wish = { params: { place: 'subject' }, body: { providerId: 'lighthouse' } } as const;
    const answers = await Promise.all(learners.map(({ api }) => api(choose, wish)));
    const [rule] = await region.people.control.faults();
    expect(rule?.applied).toBeGreaterThan(0);
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
  });
});

describe('time', () => {
  const closed = contracts
    .flatMap((contract): Route[] => Object.values(contract.routes))
    .filter(({ access }) => access.pool !== 'none');

  it('every route refuses a token whose hour is over: 401', async () => {
    const tokens = {
      public: (await region.people.newLogin()).token,
      staff: region.people.administrator.token,
    };
    await region.people.control.advance(3601);
    const answers = await Promise.all(
      closed.map(async ({ method, path, access }) => {
        const token = access.pool === 'staff' ? tokens.staff : tokens.public;
        const headers = { authorization: `Bearer ${token}` };
        const answer = await fetch(region.people.url + path, { method, headers });
        return [method, path, answer.status];
      }),
    );
    expect(answers).toEqual(closed.map(({ method, path }) => [method, path, 401]));
  });
});
