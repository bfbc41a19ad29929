import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LearnerId } from '../../functions/identity/contract.ts';
import { held } from '../../functions/provisioning/breaker.rules.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { reconciliationStore } from '../../functions/provisioning/reconciliation.store.ts';
import { shellAnswers } from '../../functions/provisioning/shell.contract.ts';
import { hourOf } from '../../functions/provisioning/standing.rules.ts';
import { standingStore } from '../../functions/provisioning/standing.store.ts';
import { waitingStore } from '../../functions/provisioning/waiting.store.ts';
import { now } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { RegionClock } from '../../local/clock.ts';
import { CloudWatch } from '../../local/cloudwatch/service.ts';
import type { Sqs } from '../../local/sqs/service.ts';
import { ProviderId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadHandlers } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { village } from '../runtime/village.ts';
import { openQueuePair, type QueuePair } from './queue-pair.ts';

captureLog();
const mill = ProviderId.parse('mill');
const pressure = pressureStore('provisioning');
const runs = reconciliationStore('provisioning');
const standings = standingStore('provisioning');
type Job = (event: unknown) => Promise<unknown>;

let cloud: Cloud;
let job: Job;
const queues = new Map<string, QueuePair>();

beforeAll(async () => {
  let sqs: Sqs | undefined;
  const watched = new CloudWatch({ clock: new RegionClock() }, () => sqs?.allStats() ?? {});
  cloud = await openCloud(watched);
  sqs = cloud.sqs;
  await cloud.createTable('provisioning', ['accounts', 'accountLot', 'accountId']);
  await cloud.createTable('enrolment');
  await cloud.createTable('audit');
  for (const { id } of village().providers)
    queues.set(id, await openQueuePair(cloud, `accounts-${id}`));
  const url = queues.get('mill')?.url ?? '';
  Object.assign(process.env, {
    ENROLMENT_TABLE: 'enrolment',
    PROVISIONING_TABLE: 'provisioning',
    IDENTITY_TABLE: 'identity',
    AUDIT_TABLE: 'audit',
    PROVIDERS_SECRET: 'providers',
    QUEUE_URL_PREFIX: url.slice(0, -'mill.fifo'.length),
  });
  ({ 'provisioning/operator.job': job } = await loadHandlers<{
    readonly 'provisioning/operator.job': Job;
  }>(['provisioning/operator.job'], { '#region': village() }));
});
afterAll(() => cloud.close());

const Answered = z.strictObject({ answer: z.unknown() });
async function ask<Name extends keyof typeof shellAnswers>(name: Name, more: object = {}) {
  const { answer } = Answered.parse(await job({ ask: name, ...more }));
  // The schema's own output, which the compiler does not see through the name.
  return shellAnswers[name].parse(answer) as z.output<(typeof shellAnswers)[Name]>;
}
const of = { providerId: 'mill' };
const mine = () => {
  const found = queues.get('mill');
  if (found === undefined) throw new Error('the mill has no queues');
  return found;
};
async function entries() {
  const found: string[] = [];
  const Rows = z.object({ Items: z.array(z.object({ action: z.object({ S: z.string() }) })) });
  const { Items } = await cloud.dynamodb.ask(
    'DynamoDB_20120810',
    'Scan',
    { TableName: 'audit' },
    Rows,
  );
  for (const { action } of Items) found.push(action.S);
  return found.sort();
}

describe('given an operator at the shell', () => {
  it('sees how each provider stands', async () => {
    const learnerId = newId(LearnerId, 'lrn');
    await mine().send(learnerId, { learnerId, providerId: 'mill', version: 1 });
    await standings.count(mill, hourOf(now()), { asked: 4, answered: 3, failed: 1 }, 2_000_000_000);
    const { providers } = await ask('status');
    expect(providers.map(({ providerId }) => providerId)).toEqual(
      village().providers.map(({ id }) => id),
    );
    expect(providers.find(({ providerId }) => providerId === 'mill')).toMatchObject({
      kind: 'scim',
      depth: 1,
      oldestSeconds: expect.any(Number),
      successRate: 0.75,
      breaker: { state: 'asks', failures: 0 },
      deadLetters: 0,
      tasks: 0,
    });
    const { providers: one } = await ask('status', of);
    expect(one).toHaveLength(1);
    await mine().empty();
  });

  it('sees how many learners wait for each, as the sweep counted them, though no message does', async () => {
    const waitingOf = async () =>
      (await ask('status')).providers.map(({ depth, waiting }) => ({ depth, waiting }));
    expect(await waitingOf()).toContainEqual({ depth: 0, waiting: undefined });
    const since = '2025-07-01T02:00:00.000Z';
    const countedAt = '2025-07-01T03:00:00.000Z';
    const providers = { [mill]: { learners: 300, since } };
    await waitingStore('provisioning').keep({ countedAt, providers });
    const found = await waitingOf();
    expect(found).toContainEqual({ depth: 0, waiting: { learners: 300, since, countedAt } });
    expect(found).toContainEqual({ depth: 0, waiting: { learners: 0, countedAt } });
  });

  it('pauses and resumes, twice as well as once, and it is in the trail once', async () => {
    const paused = await ask('pause', of);
    expect(paused).toMatchObject({ state: 'paused', since: expect.any(String) });
    expect(await ask('pause', of)).toEqual(paused);
    expect((await ask('status', of)).providers[0]?.breaker.state).toBe('paused');
    expect(await ask('resume', of)).toEqual({ state: 'asks', failures: 0 });
    expect(await ask('resume', of)).toEqual({ state: 'asks', failures: 0 });
    expect(await entries()).toEqual(['provider-paused', 'provider-resumed']);
    expect(await pressure.readBreaker(mill)).toHaveProperty('wokenAt');
  });

  it('sees until when a provider is not asked that said when to come back, and resumes it', async () => {
    await pressure.changeBreaker(mill, (seen) => held(seen, 600, now()));
    const breaker = { state: 'rests', until: expect.any(String) };
    expect((await ask('status', of)).providers[0]?.breaker).toMatchObject(breaker);
    expect(await ask('resume', of)).toMatchObject({ state: 'asks' });
    expect((await ask('status', of)).providers[0]?.breaker).toEqual({ state: 'asks', failures: 0 });
  });

  it('sees whose messages were given up, each learner once, and leaves them as they are', async () => {
    const learners = Array.from({ length: 23 }, () => newId(LearnerId, 'lrn'));
    for (const learnerId of learners)
      await mine().giveUp(learnerId, { learnerId, providerId: 'mill', version: 1 });
    const [first = ''] = learners;
    await mine().giveUp(first, { learnerId: first, providerId: 'mill', version: 2 });
    await mine().giveUp('somebody', 'nonsense');
    for (let time = 0; time < 2; time += 1) {
      const { deadLetters, unreadable, failures } = await ask('failures', of);
      expect({ deadLetters, unreadable }).toEqual({ deadLetters: 25, unreadable: 1 });
      expect(failures.map(({ learnerId }) => learnerId)).toEqual(learners);
      expect(new Set(failures.map(({ attempts }) => attempts))).toEqual(new Set([12]));
    }
    expect(mine().givenUp()).toEqual({ available: 25, inFlight: 0 });
  });

  it('redrives them, and again when nothing is left', async () => {
    expect(await ask('redrive', of)).toEqual({ moved: 25 });
    expect(mine().givenUp()).toEqual({ available: 0, inFlight: 0 });
    expect(mine().depth().available).toBe(25);
    expect(await ask('redrive', of)).toEqual({ moved: 0 });
    expect((await entries()).filter((action) => action === 'provider-redriven')).toHaveLength(2);
    await mine().empty();
  });

  it('asks for a comparison once, and sees how far it is', async () => {
    const { reconciliation } = await ask('reconcile', of);
    expect(await ask('reconcile', of)).toEqual({ reconciliation });
    expect(await ask('reconciliation', of)).toEqual({ reconciliation });
    expect((await ask('status', of)).providers[0]?.lastReconciliation).toMatchObject({
      startedAt: reconciliation.startedAt,
    });
  });

  it('edge case 25: reads what the last comparison that ended found that nobody knows', async () => {
    expect(await job({ ask: 'orphans', ...of })).toMatchObject({
      refused: { code: 'no-reconciliation' },
    });
    const run = await runs.read(mill);
    if (run === undefined) throw new Error('none was begun');
    await runs.keepOrphans(run, '1', ['a', 'b'], 4e9);
    const { reconciliationId } = run;
    await runs.keep({ ...run, phase: 'done', reported: reconciliationId });
    const orphans = [{ remoteId: 'a' }, { remoteId: 'b' }];
    expect(await ask('orphans', of)).toEqual({ reconciliationId, orphans });
  });

  it('is told why something is not done, and the function does not fail', async () => {
    expect(await job({ ask: 'pause', providerId: 'nobody' })).toMatchObject({
      refused: { code: 'no-such-provider' },
    });
    const accountId = 'acc_00000000000000000000000000';
    const settling = { ask: 'settle', ...of, accountId, outcome: 'done' };
    expect(await job({ ...settling, fence: 1 })).toMatchObject({
      refused: { code: 'no-such-account' },
    });
    // Of another request than the one that was looked at nobody has told how it ended.
    await expect(job(settling)).rejects.toThrow('fence');
    await expect(job({ ask: 'everything' })).rejects.toThrow();
  });
});
