import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LearnerId } from '../../functions/identity/contract.ts';
import { accountLots } from '../../functions/provisioning/account.store.ts';
import type { Account } from '../../functions/provisioning/contract.ts';
import { seatCountStore } from '../../functions/provisioning/seat-count.store.ts';
import { monthIn, monthsBetween } from '../../functions/provisioning/seats.rules.ts';
import { seatsStore } from '../../functions/provisioning/seats.store.ts';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';

const accounts = provisioningStore('provisioning');
const seats = seatsStore('provisioning');
const counts = seatCountStore('provisioning');
let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('provisioning', ['accounts', 'accountLot', 'accountId']);
});
afterAll(() => cloud.close());

let named = 0;
function fresh(): ProviderId {
  named += 1;
  return ProviderId.parse(`mill-${named}`);
}

const learner = () => newId(LearnerId, 'lrn');

/** A step that was asked for and answered at once. */
async function take(
  whose: Pick<Account, 'learnerId' | 'providerId'>,
  asked: Parameters<typeof accounts.begin>[1],
  state: Account['state'],
  month: string,
): Promise<void> {
  const seen = await accounts.readAccount(whose.learnerId, whose.providerId);
  const begun = await accounts.begin(whose, asked, seen, month);
  if (begun === undefined) throw new Error('the step did not begin');
  expect(await accounts.end({ ...begun, state }, month)).toBe(true);
}

/** The count of a day, as the job does it. */
async function countAll(providerId: ProviderId, month: string): Promise<void> {
  for (const lot of accountLots) {
    const page = await accounts.listAccounts(providerId, lot, { limit: 100 });
    await counts.countAll(providerId, lot, page, month);
  }
}

const seatsOf = async (providerId: ProviderId, month: string) =>
  (await seats.seatsIn(month)).get(providerId) ?? 0;

describe('given an account at a provider', () => {
  it('uses a seat of each month in which it was active, those in which nobody counted included', async () => {
    const whose = { learnerId: learner(), providerId: fresh() };
    await take(whose, 'create', 'present', '2025-06');
    await countAll(whose.providerId, '2025-06');
    await countAll(whose.providerId, '2025-06');
    await countAll(whose.providerId, '2025-09');
    await take(whose, 'delete', 'absent', '2025-10');
    const used = await Promise.all(
      monthsBetween('2025-05', '2025-11').map((month) => seatsOf(whose.providerId, month)),
    );
    expect(used).toEqual([0, 1, 1, 1, 1, 1, 0]);
  });

  it('uses one where it was there for an hour, and none where it never was', async () => {
    const providerId = fresh();
    const brief = { learnerId: learner(), providerId };
    await take(brief, 'create', 'present', '2025-06');
    await take(brief, 'delete', 'absent', '2025-06');
    const refused = { learnerId: learner(), providerId };
    await take(refused, 'create', 'absent', '2025-06');
    await countAll(providerId, '2025-07');
    expect(await seatsOf(providerId, '2025-06')).toBe(1);
    expect(await seatsOf(providerId, '2025-07')).toBe(0);
  });

  it('uses none while it is suspended, and one again when it is resumed', async () => {
    const whose = { learnerId: learner(), providerId: fresh() };
    await take(whose, 'create', 'present', '2025-06');
    await take(whose, 'suspend', 'suspended', '2025-06');
    await countAll(whose.providerId, '2025-07');
    await take(whose, 'resume', 'present', '2025-08');
    await countAll(whose.providerId, '2025-08');
    const used = await Promise.all(
      monthsBetween('2025-06', '2025-08').map((month) => seatsOf(whose.providerId, month)),
    );
    expect(used).toEqual([1, 0, 1]);
  });

  it('of before 0.2.0, whose row does not say since when, uses one of the month of the first count', async () => {
    const whose = { learnerId: learner(), providerId: fresh() };
    await take(whose, 'create', 'present', '2025-06');
    const old = await accounts.readAccount(whose.learnerId, whose.providerId);
    if (old === undefined) throw new Error('there is no account');
    const { pk, sk } = { pk: `ACCOUNT#${whose.learnerId}#${whose.providerId}`, sk: 'ACCOUNT' };
    await cloud.ask('UpdateItem', {
      TableName: 'provisioning',
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'REMOVE seatsCounted',
    });
    await countAll(whose.providerId, '2025-09');
    expect(await seatsOf(whose.providerId, '2025-08')).toBe(0);
    expect(await seatsOf(whose.providerId, '2025-09')).toBe(1);
  });
});

describe('given counts and steps at the same time', () => {
  it('counts each of a hundred and ten accounts once, twenty of them leaving meanwhile', async () => {
    const providerId = fresh();
    const whose = Array.from({ length: 110 }, () => ({ learnerId: learner(), providerId }));
    await Promise.all(whose.map((one) => take(one, 'create', 'present', '2025-06')));
    await Promise.all([
      countAll(providerId, '2025-07'),
      countAll(providerId, '2025-07'),
      ...whose.slice(0, 20).map(leave),
    ]);
    await countAll(providerId, '2025-07');
    expect(await seatsOf(providerId, '2025-06')).toBe(110);
    expect(await seatsOf(providerId, '2025-07')).toBe(110);
  });

  /** A worker that is overtaken by the count begins anew from the rows. */
  async function leave(one: Pick<Account, 'learnerId' | 'providerId'>): Promise<void> {
    for (;;) {
      const seen = await accounts.readAccount(one.learnerId, one.providerId);
      if (await accounts.begin(one, 'delete', seen, '2025-07')) return;
    }
  }
});

const step = fc.constantFrom('create', 'suspend', 'resume', 'delete');
/** What happens in a life: a step whose answer is heard, one after which the worker dies, a count, days that pass. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('step'), step }),
  fc.record({ kind: fc.constant('killed'), step }),
  fc.record({ kind: fc.constant('count') }),
  fc.record({ kind: fc.constant('days'), days: fc.integer({ min: 1, max: 50 }) }),
);
const ends = {
  create: 'present',
  suspend: 'suspended',
  resume: 'present',
  delete: 'absent',
} as const;
const region = { timeZone: 'Asia/Seoul' };

describe('given any life of an account', () => {
  it('the seats of each month are those of a calendar on which each active day is marked', async () => {
    const life = fc.array(happening, { minLength: 4, maxLength: 14 });
    const property = fc.asyncProperty(life, async (happenings) => {
      const whose = { learnerId: learner(), providerId: fresh() };
      const marked = new Set<string>();
      let now = Temporal.Instant.from('2025-01-31T14:30:00Z');
      let active = false;
      for (const one of happenings) {
        const month = monthIn(region, now);
        if (one.kind === 'days' && 'days' in one) {
          for (let day = 0; day < one.days; day += 1) {
            now = now.add({ hours: 24 });
            if (active) marked.add(monthIn(region, now));
          }
        } else if (one.kind === 'count') {
          await countAll(whose.providerId, month);
        } else if ('step' in one) {
          // What was asked for ends the seat; what was answered begins it. A step after a death is asked for anew.
          active = false;
          if (one.kind === 'killed') {
            const seen = await accounts.readAccount(whose.learnerId, whose.providerId);
            await accounts.begin(whose, one.step, seen, month);
          } else {
            await take(whose, one.step, ends[one.step], month);
            active = ends[one.step] === 'present';
          }
          if (active) marked.add(month);
        }
      }
      await countAll(whose.providerId, monthIn(region, now));
      const months = monthsBetween('2025-01', monthIn(region, now));
      const used = await Promise.all(months.map((month) => seatsOf(whose.providerId, month)));
      expect(used).toEqual(months.map((month) => (marked.has(month) ? 1 : 0)));
    });
    await fc.assert(property, { numRuns: runs(25) });
  });
});
