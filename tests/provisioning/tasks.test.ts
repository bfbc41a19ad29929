import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditStore } from '../../functions/audit/store.ts';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { provisioning, Task } from '../../functions/provisioning/contract.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { refused } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke } from '../runtime/requests.ts';
import { desk, idAt } from './desk.ts';

const { listTasks, settleTask } = provisioning.routes;
const takeLog = captureLog();
const at = desk();
const Page = z.strictObject({ tasks: z.array(Task), cursor: z.string().optional() });

const api = () => at().bundled['provisioning/api'];
let member: Awaited<ReturnType<ReturnType<typeof at>['coordinator']>> | undefined;
const coordinator = async () => {
  member ??= await at().coordinator();
  return member;
};

async function list(query: Record<string, string> = {}, providerId = 'hand') {
  const { claims } = await coordinator();
  const answer = await invoke(api(), listTasks, { claims, params: { providerId }, query });
  return Page.parse(answer.body);
}

async function taskOf(learnerId: LearnerId, providerId = 'hand') {
  const { tasks } = await list({ limit: '100' }, providerId);
  const accountId = idAt(learnerId, providerId);
  return tasks.find((task) => task.accountId === accountId);
}

/** Tells how a task ended. */
async function tell(
  learnerId: LearnerId,
  body: object,
  { providerId = 'hand', key = crypto.randomUUID() }: { providerId?: string; key?: string } = {},
) {
  const { claims } = await coordinator();
  const params = { providerId, accountId: idAt(learnerId, providerId) };
  return invoke(api(), settleTask, {
    ...{ claims, params, body },
    headers: { 'idempotency-key': key },
  });
}

/** A learner whose account waits for a person. */
async function waiting() {
  const learnerId = await at().chosen('hand');
  await at().work('hand');
  return learnerId;
}

describe('given a provider whose accounts a person makes', () => {
  it('then a choice is a task that names the account and nobody, and is counted', async () => {
    takeLog();
    const learnerId = await waiting();
    expect(takeLog()).toContain('"TasksOpened":1');
    expect(await taskOf(learnerId)).toEqual({
      accountId: idAt(learnerId, 'hand'),
      asked: 'create',
      reason: 'by-hand',
      since: expect.any(String),
      fence: 1,
    });
    expect(await at().stateOf(learnerId)).toBe('pending');
  });

  it('then it is the same task however often the worker looks', async () => {
    const learnerId = await waiting();
    const before = await taskOf(learnerId);
    at().wait(30);
    await at().sweep();
    await at().work('hand');
    expect(await taskOf(learnerId)).toEqual(before);
  });

  it('then pages hold the longest waiting first, and a cursor names no learner', async () => {
    const learners = [await waiting()];
    at().wait(1);
    learners.push(await waiting());
    const all = (await list({ limit: '100' })).tasks.map(({ accountId }) => accountId);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: '1', ...(cursor !== undefined && { cursor }) });
      paged.push(...page.tasks.map(({ accountId }) => accountId));
      cursor = page.cursor;
      expect(Buffer.from(cursor ?? '', 'base64url').toString()).not.toContain('lrn_');
    } while (cursor !== undefined);
    expect(paged).toEqual(all);
    expect(all.slice(-2)).toEqual(learners.map((learnerId) => idAt(learnerId, 'hand')));
  });
});

describe('given a task, when a person tells how it ended', () => {
  it('done: the place is active, the task is gone, and the trail says who did it', async () => {
    const learnerId = await waiting();
    const { staffId } = await coordinator();
    expect(await tell(learnerId, { fence: 1, outcome: 'done', remoteId: 'user-7' })).toMatchObject({
      status: 204,
    });
    await at().work('hand');
    expect(await at().stateOf(learnerId)).toBe('active');
    expect(await taskOf(learnerId)).toBeUndefined();
    expect(await at().account(learnerId, 'hand')).toMatchObject({
      state: 'present',
      remoteId: 'user-7',
    });
    const { entries } = await auditStore('audit').listOfLearner(learnerId, 10, undefined);
    expect(entries).toMatchObject([
      {
        actor: { kind: 'staff', staffId },
        action: 'account-settled-by-hand',
        subjects: ['hand', idAt(learnerId, 'hand')],
        details: ['create', 'done'],
      },
    ]);
  });

  it('rejected: the place has failed at once, and nobody is asked again', async () => {
    const learnerId = await waiting();
    await tell(learnerId, { fence: 1, outcome: 'rejected' });
    const { places, ...row } = await at().store.readPlaces(learnerId);
    expect(places.subject).toMatchObject({ state: 'failed', failure: 'provider-rejected' });
    expect(row).not.toHaveProperty('sweepDue');
    await at().work('hand');
    expect(await at().account(learnerId, 'hand')).toMatchObject({ state: 'absent', fence: 1 });
  });

  it('again: it is asked for anew, with another fence', async () => {
    const learnerId = await waiting();
    await tell(learnerId, { fence: 1, outcome: 'again' });
    await at().work('hand');
    expect(await taskOf(learnerId)).toMatchObject({ asked: 'create', fence: 2 });
    expect(await tell(learnerId, { fence: 1, outcome: 'done' })).toMatchObject({
      status: 409,
      body: { code: 'outcome-stale' },
    });
  });

  it('edge case 17: of what is not wanted any more: nothing changes, and the end is the task', async () => {
    const learnerId = await waiting();
    await at().giveBack(learnerId);
    await at().work('hand');
    expect(await taskOf(learnerId)).toMatchObject({ asked: 'delete', fence: 2 });
    expect(await tell(learnerId, { fence: 1, outcome: 'done' })).toMatchObject({ status: 409 });
    await tell(learnerId, { fence: 2, outcome: 'done' });
    await at().work('hand');
    expect(await at().store.readPlaces(learnerId)).toMatchObject({ places: {}, endings: {} });
    expect(await at().account(learnerId, 'hand')).toMatchObject({ state: 'absent' });
  });

  it('edge case 21: a suspension and what follows are of the same account, and cannot be rejected', async () => {
    const learnerId = await waiting();
    await tell(learnerId, { fence: 1, outcome: 'done', remoteId: 'user-8' });
    await at().work('hand');
    at().wait(1);
    await at().approve(learnerId, 'suspended', '2025-07-02T00:00:00.000Z');
    await at().work('hand');
    expect(await taskOf(learnerId)).toMatchObject({ asked: 'suspend', remoteId: 'user-8' });
    expect(await tell(learnerId, { fence: 2, outcome: 'rejected' })).toMatchObject({
      status: 422,
      body: { code: 'outcome-impossible' },
    });
    await tell(learnerId, { fence: 2, outcome: 'done' });
    await at().work('hand');
    expect(await at().stateOf(learnerId)).toBe('suspended');
    at().wait(1);
    await at().approve(learnerId, 'holds', '2025-07-03T00:00:00.000Z');
    await at().work('hand');
    expect(await taskOf(learnerId)).toMatchObject({ asked: 'resume', fence: 3 });
    await tell(learnerId, { fence: 3, outcome: 'done' });
    await at().work('hand');
    expect(await at().stateOf(learnerId)).toBe('active');
  });

  it('twice with one key: once; twice with two: what it says already', async () => {
    const learnerId = await waiting();
    const key = crypto.randomUUID();
    const done = { fence: 1, outcome: 'done' };
    for (const sent of [key, key, crypto.randomUUID()]) {
      expect(await tell(learnerId, done, { key: sent })).toMatchObject({ status: 204 });
    }
    expect(await tell(learnerId, { fence: 1, outcome: 'rejected' })).toMatchObject({ status: 409 });
    await at().work('hand');
    expect(await at().stateOf(learnerId)).toBe('active');
  });

  it('ten at once, each something else: one of them counts, and the rows agree', async () => {
    const learnerId = await waiting();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, turn) =>
        tell(learnerId, { fence: 1, outcome: turn % 2 === 0 ? 'done' : 'rejected' }),
      ),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([204, 409]);
    await at().work('hand');
    const [state, account] = [await at().stateOf(learnerId), await at().account(learnerId, 'hand')];
    expect([`active present`, `failed absent`]).toContain(`${state} ${account?.state}`);
  });

  it.each([
    ['an account of nobody', 'hand', 'acc_00000000000000000000000000', 'no-such-account'],
    ['a provider that there is not', 'moon', undefined, 'no-such-provider'],
    ['another provider’s account', 'bell', undefined, 'no-such-account'],
  ])('of %s: 404', async (_what, providerId, accountId, code) => {
    const learnerId = await waiting();
    const { claims } = await coordinator();
    const answer = await invoke(api(), settleTask, {
      claims,
      params: { providerId, accountId: accountId ?? idAt(learnerId, 'hand') },
      body: { fence: 1, outcome: 'done' },
      headers: { 'idempotency-key': crypto.randomUUID() },
    });
    expect(answer).toMatchObject({ status: 404, body: { code } });
  });

  it('edge case 18: of an account by SCIM: what the person calls it is not the id that it is ended by', async () => {
    await at().listen('moss');
    const learnerId = await at().chosen('moss');
    const providerId = ProviderId.parse('moss');
    const whose = { learnerId, providerId, remoteId: 'the-one-before' };
    const begun = await at().accounts.begin(whose, 'create', undefined, '2025-06');
    if (begun === undefined) throw new Error('it has not begun');
    const since = new Date().toISOString();
    const open = { kind: 'person', reason: 'account-of-another', since } as const;
    await at().accounts.end({ ...begun, open }, '2025-06');
    const told = { fence: 1, outcome: 'done', remoteId: 'kim.user' };
    expect(await tell(learnerId, told, { providerId })).toMatchObject({ status: 204 });
    const account = await at().account(learnerId, 'moss');
    expect(account).toMatchObject({ state: 'present' });
    expect(account, 'so that it is looked up').not.toHaveProperty('remoteId');
  });

  it('who serves one area is refused', async () => {
    const { claims } = await at().coordinator(AreaId.parse('river'));
    const answer = await invoke(api(), listTasks, { claims, params: { providerId: 'hand' } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'whole-region-only' } });
  });
});

describe('given a crash while an outcome is taken', () => {
  it.each([
    ['done', 'active'],
    ['rejected', 'failed'],
  ])('%s: wherever it dies, the same again or the sweep ends it', async (outcome, state) => {
    for (let reached = 0, died = true; died; reached += 1) {
      const learnerId = await waiting();
      const key = crypto.randomUUID();
      let left = reached;
      at().cloud.disturb(async () => {
        left -= 1;
        return left < 0 ? refused('ValidationException') : undefined;
      });
      died = (await tell(learnerId, { fence: 1, outcome }, { key })).status >= 500;
      at().cloud.disturb(undefined);
      if (died) await tell(learnerId, { fence: 1, outcome }, { key });
      await at().work('hand');
      expect(await at().stateOf(learnerId), `after ${reached} requests`).toBe(state);
    }
  });

  it('after it was written, before the worker was told: the sweep tells it', async () => {
    const learnerId = await at().chosen('deaf');
    const Body = JSON.stringify({ learnerId, providerId: 'deaf', version: 1 });
    await at().bundled['provisioning/account.worker']({ Records: [recordOf(Body)] });
    const answer = await tell(learnerId, { fence: 1, outcome: 'done' }, { providerId: 'deaf' });
    expect(answer.status).toBe(500);
    expect(await at().stateOf(learnerId)).toBe('pending');
    await at().listen('deaf');
    at().wait(300);
    await at().sweep();
    await at().work('deaf');
    expect(await at().stateOf(learnerId)).toBe('active');
  });
});

/** A message as Lambda hands it over. */
const recordOf = (body: string) => ({
  messageId: 'message-1',
  receiptHandle: '',
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:ap-northeast-2:000000000000:accounts-deaf.fifo',
  awsRegion: 'ap-northeast-2',
});
