import { Webhook } from 'standardwebhooks';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke } from '../runtime/requests.ts';
import { until } from '../until.ts';
import { bellKey, desk, idAt } from './desk.ts';

captureLog();
const at = desk();

const mode = (how: object) => at().control('providers/bell/mode', 'PUT', how);
beforeEach(() => mode({ mode: 'manual' }));

interface Signing {
  readonly key?: string;
  /** Seconds by which the sender's clock is ahead. */
  readonly ahead?: number;
  readonly id?: string;
  readonly providerId?: string;
  readonly sent?: (body: string) => string;
}

/** Sends an event as a provider does, signed by npm `standardwebhooks`. */
function send(event: object, signing: Signing = {}) {
  const { key = bellKey, ahead = 0, id = 'msg_1', providerId = 'bell' } = signing;
  const { sent = (body) => body } = signing;
  const when = new Date(Date.now() + ahead * 1_000);
  const body = JSON.stringify({ timestamp: when.toISOString(), ...event });
  return invoke(at().bundled['provisioning/api'], provisioning.routes.takeEvent, {
    params: { providerId },
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(when.getTime() / 1_000)),
      'webhook-signature': new Webhook(key).sign(id, when, body),
    },
    body: sent(body),
  });
}

const done = (learnerId: LearnerId, fence: number) => ({
  type: 'account.done',
  data: { accountId: idAt(learnerId, 'bell'), fence },
});

/** A learner whose account the provider has accepted to make. */
async function accepted() {
  const learnerId = await at().chosen('bell');
  await at().work('bell');
  return learnerId;
}

describe('given a provider that accepts and tells later', () => {
  it('then the place is active once it has told, with its own id of the account', async () => {
    await mode({ mode: 'later', ms: 20 });
    const learnerId = await accepted();
    await until(async () => {
      await at().work('bell');
      return (await at().stateOf(learnerId)) === 'active';
    });
    expect(await at().usable()).toContain(idAt(learnerId, 'bell'));
    expect((await at().account(learnerId, 'bell'))?.remoteId).not.toBe(idAt(learnerId, 'bell'));
    await until(async () => {
      const told = z
        .array(z.object({ status: z.int() }))
        .parse(await at().control('providers/bell/told'));
      return told.length === 1 && told[0]?.status === 202;
    });
  });

  it.each([
    ['made', 1, 'present', 'active'],
    ['suspended', 2, 'suspended', 'suspended'],
  ] as const)(
    'then it may tell that it is %s before we have written that it accepted',
    async (_what, fence, state, placeState) => {
      const learnerId = await at().chosen('bell');
      if (fence === 2) {
        await mode({ mode: 'at-once' });
        await at().work('bell');
        await mode({ mode: 'manual' });
        await at().approve(learnerId, 'suspended', '2025-07-02T00:00:00.000Z');
      }
      let told: Promise<unknown> | undefined;
      at().cloud.disturb(async (operation, input) => {
        const leavesOpen = operation === 'PutItem' && JSON.stringify(input).includes('askAgainAt');
        if (leavesOpen && told === undefined) {
          told = send(done(learnerId, fence));
          expect(await told).toMatchObject({ status: 202, body: { outcome: 'taken' } });
        }
        return undefined;
      });
      await at().work('bell');
      expect(told).toBeDefined();
      expect(await at().account(learnerId, 'bell')).toMatchObject({ state, fence });
      expect(await at().stateOf(learnerId)).toBe(placeState);
    },
  );

  it('then a rejection fails the place, and nobody is asked again', async () => {
    const learnerId = await accepted();
    const event = { ...done(learnerId, 1), type: 'account.rejected' };
    expect(await send(event)).toMatchObject({ status: 202, body: { outcome: 'taken' } });
    await at().work('bell');
    expect(await at().stateOf(learnerId)).toBe('failed');
    expect(await at().account(learnerId, 'bell')).toMatchObject({ state: 'absent', fence: 1 });
  });

  it('edge case 21: then a suspension and what follows are of one account', async () => {
    await mode({ mode: 'at-once' });
    const learnerId = await accepted();
    await at().approve(learnerId, 'suspended', '2025-07-02T00:00:00.000Z');
    await mode({ mode: 'manual' });
    await at().work('bell');
    const refusal = { ...done(learnerId, 2), type: 'account.rejected' };
    expect(await send(refusal)).toMatchObject({
      status: 422,
      body: { code: 'outcome-impossible' },
    });
    await at().control('providers/bell/tell', 'POST', {
      accountId: idAt(learnerId, 'bell'),
      type: 'account.done',
    });
    await at().work('bell');
    expect(await at().stateOf(learnerId)).toBe('suspended');
    expect(await at().usable()).not.toContain(idAt(learnerId, 'bell'));
    await mode({ mode: 'at-once' });
    await at().approve(learnerId, 'holds', '2025-07-03T00:00:00.000Z');
    await at().work('bell');
    expect(await at().usable()).toContain(idAt(learnerId, 'bell'));
    expect(await at().stateOf(learnerId)).toBe('active');
  });

  it('edge case 20: then one that never tells is asked again after an hour, by the sweep', async () => {
    const learnerId = await accepted();
    const fenceOf = async () => (await at().account(learnerId, 'bell'))?.fence;
    for (const [minutes, fence] of [
      [16, 1],
      [30, 1],
      [300, 2],
    ] as const) {
      at().wait(minutes);
      await at().sweep();
      await at().work('bell');
      expect(await fenceOf(), `after ${minutes} minutes more`).toBe(fence);
    }
    expect(await send(done(learnerId, 1))).toMatchObject({ body: { outcome: 'stale' } });
    expect(await at().stateOf(learnerId)).toBe('pending');
    expect(await send(done(learnerId, 2))).toMatchObject({ body: { outcome: 'taken' } });
    await at().work('bell');
    expect(await at().stateOf(learnerId)).toBe('active');
  });
});

describe('edge case 20: given a place that was chosen two months ago', () => {
  it('when the event that its account is resumed is lost, then it is asked again after an hour', async () => {
    await mode({ mode: 'at-once' });
    const learnerId = await accepted();
    at().wait(60 * 24 * 60);
    await at().approve(learnerId, 'suspended', '2025-08-30T00:00:00.000Z');
    await at().work('bell');
    await mode({ mode: 'manual' });
    await at().approve(learnerId, 'holds', '2025-08-31T00:00:00.000Z');
    await at().work('bell');
    const fenceOf = async () => (await at().account(learnerId, 'bell'))?.fence;
    const fence = (await fenceOf()) ?? 0;
    const asked: number[] = [];
    for (let minutes = 5; minutes <= 120; minutes += 5) {
      at().wait(5);
      await at().sweep();
      await at().work('bell');
      if ((await fenceOf()) !== fence + asked.length) asked.push(minutes);
    }
    expect(asked).toEqual([60, 120]);
  });
});

describe('edge case 23: given an event that comes again', () => {
  it('then it is taken once, and after something newer changes nothing', async () => {
    const learnerId = await accepted();
    const outcomes = [];
    for (let turn = 0; turn < 3; turn += 1) outcomes.push((await send(done(learnerId, 1))).body);
    expect(outcomes).toEqual([{ outcome: 'taken' }, { outcome: 'known' }, { outcome: 'known' }]);
    await at().work('bell');
    await at().giveBack(learnerId);
    await at().work('bell');
    expect(await send(done(learnerId, 1))).toMatchObject({ body: { outcome: 'stale' } });
    expect(await at().account(learnerId, 'bell')).toMatchObject({ state: 'deleting' });
  });

  it('then ten at once are one', async () => {
    const learnerId = await accepted();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(done(learnerId, 1))));
    const outcomes = answers.map(({ body }) => JSON.stringify(body)).sort();
    expect(new Set(outcomes)).toEqual(new Set(['{"outcome":"known"}', '{"outcome":"taken"}']));
    expect(outcomes.filter((outcome) => outcome.includes('taken'))).toHaveLength(1);
  });
});

describe('edge case 39: given what nobody can be sure of', () => {
  let learnerId: LearnerId;
  beforeAll(async () => {
    await mode({ mode: 'manual' });
    learnerId = await accepted();
  });

  it.each<[string, Signing]>([
    ['signed six minutes ago', { ahead: -360 }],
    ['signed six minutes from now', { ahead: 360 }],
    ['signed with another key', { key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx' }],
    ['changed by one byte', { sent: (body) => body.replace('"fence":1', '"fence":2') }],
    ['of a provider that there is not', { providerId: 'moon' }],
    ['of a provider that signs nothing', { providerId: 'hand' }],
  ])('%s: it is refused, and each time alike', async (_what, signing) => {
    const { status, body } = await send(done(learnerId, 1), signing);
    expect(status).toBe(403);
    expect(body).toMatchObject({
      code: 'signature-invalid',
      detail: expect.stringMatching(/^No provider of this name/),
    });
    expect(JSON.stringify(body).replace(/bell|moon|hand/, '')).not.toMatch(/bell|moon|hand/);
    expect(await at().stateOf(learnerId)).toBe('pending');
  });

  it('a clock that is four minutes off is right enough', async () => {
    for (const ahead of [-240, 240]) {
      expect(await send(done(learnerId, 1), { ahead })).toMatchObject({ status: 202 });
    }
  });
});

describe('given a signed event that makes no sense', () => {
  it.each([
    [
      'of an account that nobody has',
      { data: { accountId: `acc_${'0'.repeat(26)}`, fence: 1 } },
      404,
    ],
    ['of another type', { type: 'account.gone' }, 400],
    ['with more in it', { learner: 'somebody' }, 400],
  ])('%s: %#', async (_what, otherwise, status) => {
    const event = { type: 'account.done', data: { accountId: `acc_${'1'.repeat(26)}`, fence: 1 } };
    expect(await send({ ...event, ...otherwise })).toMatchObject({ status });
  });

  it('that is no JSON: 400, naming the body', async () => {
    const body = 'no JSON';
    const when = new Date();
    const answer = await invoke(at().bundled['provisioning/api'], provisioning.routes.takeEvent, {
      params: { providerId: 'bell' },
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_2',
        'webhook-timestamp': String(Math.floor(when.getTime() / 1_000)),
        'webhook-signature': new Webhook(bellKey).sign('msg_2', when, body),
      },
      body,
    });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'body' }] } });
  });
});

// The last: nothing opens the provider after it.
describe('given a provider whose key nobody has put', () => {
  it('then whatever it tells is refused, like what anybody else signs', async () => {
    at().cloud.secrets.putEntry('providers', 'bell', undefined);
    // What was read is kept for five minutes.
    at().wait(6);
    const event = { type: 'account.done', data: { accountId: `acc_${'1'.repeat(26)}`, fence: 1 } };
    expect(await send(event)).toMatchObject({ status: 403, body: { code: 'signature-invalid' } });
  });
});
