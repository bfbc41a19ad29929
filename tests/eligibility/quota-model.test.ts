import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { declineOffer, takeOffer } from '../../functions/eligibility/offer.rules.ts';
import { holdsPlace } from '../../functions/eligibility/quota.rules.ts';
import { runs } from '../runs.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { refused } from '../runtime/disturbances.ts';
import { village } from '../runtime/village.ts';
import { ended, openQuota, type Quota, summer } from './quotas.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud.close());

type Command =
  | { readonly kind: 'promote' | 'crash' }
  /** So many at once. */
  | { readonly kind: 'approve'; readonly count: number }
  /** Of those who are there, the one at this place in their order. */
  | { readonly kind: 'end' | 'take' | 'decline' | 'suspend'; readonly whose: number }
  /** What the region file says from now on. */
  | { readonly kind: 'cut'; readonly capacities: readonly number[] };

const commands = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('approve' as const), count: fc.nat(4) }),
    },
    { weight: 5, arbitrary: fc.constant<Command>({ kind: 'promote' }) },
    { weight: 1, arbitrary: fc.constant<Command>({ kind: 'crash' }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'end' as const,
          'take' as const,
          'decline' as const,
          'suspend' as const,
        ),
        whose: fc.nat(9),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('cut' as const),
        capacities: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
      }),
    },
  ),
  { minLength: 10, maxLength: 25, size: 'max' },
);

/** Someone pulls the plug before one of the next writes. */
class Crash {
  left: number | undefined;

  disturbance = async (operation: string) => {
    if (this.left === undefined || operation !== 'TransactWriteItems') return undefined;
    if (this.left > 0) {
      this.left -= 1;
      return undefined;
    }
    this.left = undefined;
    return refused('InternalFailure');
  };
}

/** What a person does with an application: nothing, where its rule says so. */
function next(kind: 'end' | 'take' | 'decline' | 'suspend', now: Application): Application {
  switch (kind) {
    case 'end':
      return ended(now);
    case 'suspend':
      return now.state === 'approved'
        ? { ...now, state: 'suspended', because: 'paper-expired' }
        : now;
    case 'take': {
      const taken = takeOffer(village(), now, summer);
      return taken.kind === 'answered' ? taken.next : now;
    }
    case 'decline': {
      const declined = declineOffer(now, summer);
      return declined.kind === 'answered' ? declined.next : now;
    }
  }
}

const isOver = ({ state }: Application) => state === 'ended' || state === 'lapsed';
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

async function run(quota: Quota, plan: readonly Command[]) {
  const crash = new Crash();
  cloud.disturb(crash.disturbance);
  const sent: Application[] = [];
  let capacities: readonly number[] = [1, 2];
  /** What may be held: the quota, or what was held when it was cut below that. */
  let bound = sum(capacities);
  const there = () => quota.store.readMany(sent.map(idOf));
  const act = async (command: Command, known: readonly Application[]) => {
    switch (command.kind) {
      case 'approve': {
        const some = Array.from({ length: command.count }, () => quota.entitled());
        sent.push(...some);
        // The others go on when one of them crashes.
        const outcomes = await Promise.allSettled(
          some.map((one) => quota.approve(one, capacities)),
        );
        const failed = outcomes.find(({ status }) => status === 'rejected');
        if (failed?.status === 'rejected') throw failed.reason;
        return;
      }
      case 'promote':
        await quota.promote(capacities, 1);
        return;
      case 'crash':
        crash.left = 1;
        return;
      case 'cut':
        capacities = command.capacities;
        return;
      case 'end':
      case 'take':
      case 'decline':
      case 'suspend': {
        const open = known.filter((one) => !isOver(one));
        const one = open[command.whose % Math.max(1, open.length)];
        if (one !== undefined) await quota.change(one, (now) => next(command.kind, now));
      }
    }
  };
  let before: readonly Application[] = [];
  for (const command of plan) {
    await act(command, before).catch((error: Error) => {
      if (error.name !== 'InternalFailure') throw error;
    });
    const now = await there();
    const held = now.filter(({ state }) => holdsPlace(state)).length;
    bound = Math.max(sum(capacities), Math.min(bound, held));
    expect(held, 'places that rows hold').toBeLessThanOrEqual(bound);
    expect(await quota.counted(), 'places that counters count').toBe(held);
    expect(movedBehind(before, now), 'someone was offered a place before the first').toEqual([]);
    before = now;
  }
  crash.left = undefined;
  cloud.disturb(undefined);
  await quota.promote(capacities);
  const last = await there();
  const waiting = last.filter(({ state }) => state === 'waitlisted');
  const held = last.filter(({ state }) => holdsPlace(state)).length;
  const stranded = waiting.length > 0 && held < sum(capacities);
  expect(stranded, 'someone waits beside a free place').toBe(false);
  const found = await Promise.all(waiting.map((one) => quota.quota.positionOf(one)));
  const positions = found.map(({ position = Number.NaN }) => position);
  expect(positions.toSorted((a, b) => a - b)).toEqual(waiting.map((_, index) => index + 1));
}

/** Those who were offered a place while someone goes on waiting who had submitted earlier. */
function movedBehind(before: readonly Application[], now: readonly Application[]) {
  const waited = new Set(before.filter(({ state }) => state === 'waitlisted').map(idOf));
  const first = now
    .filter((one) => one.state === 'waitlisted' && waited.has(idOf(one)))
    .map(({ submittedAt }) => submittedAt)
    .sort()[0];
  return now.filter(
    (one) =>
      one.state === 'offered' &&
      waited.has(idOf(one)) &&
      first !== undefined &&
      first < one.submittedAt,
  );
}

const idOf = ({ applicationId }: Application) => applicationId;

describe('edge cases 12 and 13: given any order of approvals, ends, offers, answers and cuts, with crashes', () => {
  it('no more are held than the quota or what a cut found, no place is stranded, and the list keeps its order', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (plan) => run(await openQuota(cloud), plan)),
      { numRuns: runs(3) },
    );
  });
});
