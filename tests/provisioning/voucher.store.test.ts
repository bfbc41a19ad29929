import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../functions/runtime/erasing.ts';
import { runs } from '../runs.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { conflicts, delayedReads, refused, seeded } from '../runtime/disturbances.ts';
import { codesOf, type Newcomer, newPool } from './vouchers.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('provisioning');
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

const held = async (people: readonly Newcomer[]) =>
  (await Promise.all(people.map(({ code }) => code()))).filter((code) => code !== undefined);

describe('given a pool of codes', () => {
  it('each account gets one, and always the same', async () => {
    const press = newPool();
    expect(await press.add(codesOf(3))).toBe(3);
    const [one, other] = [press.newcomer(), press.newcomer()];
    expect(await one.code()).toBeUndefined();
    expect([await one.take(), await other.take()]).toEqual([true, true]);
    const code = await one.code();
    expect(codesOf(3)).toContain(code);
    expect(await one.take()).toBe(true);
    expect(await one.code()).toBe(code);
    expect(await other.code()).not.toBe(code);
    expect(await press.tally()).toEqual({ free: 1, given: 2, void: 0 });
  });

  it('one account that asks many times at once gets one code, and no other is used up', async () => {
    const press = newPool();
    await press.add(codesOf(20));
    const one = press.newcomer();
    const answers = await Promise.all(Array.from({ length: 10 }, () => one.take()));
    expect(new Set(answers)).toEqual(new Set([true]));
    expect(await press.tally()).toEqual({ free: 19, given: 1, void: 0 });
  });

  it.each([
    ['return', 'the next gets it', { free: 1, given: 0, void: 0 }],
    ['void', 'nobody gets it any more', { free: 0, given: 0, void: 1 }],
  ] as const)('%s: when the account ends, %s', async (afterUse, _what, tally) => {
    const press = newPool();
    await press.add(['ONLY-ONE']);
    const [one, next] = [press.newcomer(), press.newcomer()];
    await one.take();
    for (const _ of [1, 2]) await one.leave(afterUse);
    expect(await one.code()).toBeUndefined();
    expect(await press.tally()).toEqual(tally);
    expect(await next.take()).toBe(afterUse === 'return');
    expect(await next.code()).toBe(afterUse === 'return' ? 'ONLY-ONE' : undefined);
  });

  it('taken back twice, the second time late, it stays with the next who has got it', async () => {
    const press = newPool();
    await press.add(['ONLY-ONE']);
    const [one, next] = [press.newcomer(), press.newcomer()];
    await one.take();
    const [arrived, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    cloud.disturb(async (operation) => {
      if (operation !== 'TransactWriteItems') return undefined;
      cloud.disturb(undefined);
      arrived.resolve();
      await gate.promise;
      return undefined;
    });
    const late = one.leave('return');
    await arrived.promise;
    await one.leave('return');
    await next.take();
    gate.resolve();
    await late;
    expect(await next.code()).toBe('ONLY-ONE');
    expect(await press.tally()).toEqual({ free: 0, given: 1, void: 0 });
  });

  it('what is void names neither code nor learner', async () => {
    const press = newPool();
    await press.add(['USED-UP-1']);
    const one = press.newcomer();
    await one.take();
    await one.leave('void');
    const rows = JSON.stringify(await rowsOf('provisioning', `POOL#${press.providerId}`));
    for (const gone of ['USED-UP-1', one.learnerId, one.accountId])
      expect(rows).not.toContain(gone);
  });

  it('that somebody has none to give back is as good', async () => {
    const press = newPool();
    await press.add(codesOf(1));
    for (const afterUse of ['return', 'void'] as const) await press.newcomer().leave(afterUse);
    expect(await press.tally()).toEqual({ free: 1, given: 0, void: 0 });
  });

  it('edge case 26: dry, it gives nothing, until there are new codes', async () => {
    const press = newPool();
    const [one, late] = [press.newcomer(), press.newcomer()];
    expect(await one.take()).toBe(false);
    await press.add(codesOf(1));
    expect([await one.take(), await late.take()]).toEqual([true, false]);
    await press.add(codesOf(2));
    expect(await late.take()).toBe(true);
  });

  it('is counted no further than one asks', async () => {
    const press = newPool();
    await press.add(codesOf(12));
    const { countFree } = press.pools;
    expect(await Promise.all([5, 12, 50].map((most) => countFree(press.providerId, most)))).toEqual(
      [5, 12, 12],
    );
  });
});

describe('given codes that are added', () => {
  it('those that are free, given or void are left as they are, and are not given again', async () => {
    const press = newPool();
    await press.add(['VOID-1']);
    const one = press.newcomer();
    await one.take();
    await one.leave('void');
    await press.add(['GIVEN-1']);
    const two = press.newcomer();
    await two.take();
    await press.add(['FREE-1']);
    expect(await press.add(['VOID-1', 'GIVEN-1', 'FREE-1', 'NEW-1'])).toBe(1);
    expect(await press.tally()).toEqual({ free: 2, given: 1, void: 1 });
    expect(await two.code()).toBe('GIVEN-1');
  });

  it('capitals and small letters are different codes, and each provider has its own', async () => {
    const [press, other] = [newPool(), newPool()];
    expect(await press.add(['ABCD-1', 'abcd-1'])).toBe(2);
    expect(await other.add(['ABCD-1'])).toBe(1);
  });

  it('a list that broke off is sent again and adds the rest; the trail has an entry where something was added', async () => {
    const press = newPool();
    let transactions = 0;
    cloud.disturb(async (operation) => {
      if (operation === 'TransactWriteItems') transactions += 1;
      return transactions > 2 ? refused('InternalServerError') : undefined;
    });
    await expect(press.add(codesOf(200))).rejects.toThrow();
    cloud.disturb(undefined);
    expect((await press.tally()).free).toBe(90);
    expect(await press.add(codesOf(200))).toBe(110);
    expect(await press.add(codesOf(200))).toBe(0);
    expect(await rowsOf('provisioning', `ENTRY#${press.providerId}`)).toHaveLength(2);
  });

  it('the same list twice at once adds each code once', async () => {
    const press = newPool();
    const added = await Promise.all([press.add(codesOf(60)), press.add(codesOf(60).toReversed())]);
    expect(added[0] + added[1]).toBe(60);
    expect((await press.tally()).free).toBe(60);
  });
});

describe('edge case 26: a voucher is never given twice', () => {
  it('given many who come at once, then as many have one as there are codes', async () => {
    const press = newPool();
    await press.add(codesOf(25));
    const people = Array.from({ length: runs(40) }, press.newcomer);
    cloud.disturb(conflicts(seeded(26), 0.05));
    const given = await Promise.all(people.map(({ take }) => take()));
    cloud.disturb(undefined);
    expect(given.filter(Boolean)).toHaveLength(25);
    const codes = await held(people);
    expect(codes.sort()).toEqual(codesOf(25).sort());
    expect(await press.tally()).toEqual({ free: 0, given: 25, void: 0 });
  });

  /** Who does what, one after the other for each person, all persons at once. */
  const life = fc.array(fc.constantFrom('take', 'return', 'void', 'add'), { maxLength: 5 });

  it('given whatever people and lists do at once, then no code has two owners, none is lost, and none is left while somebody goes without', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        async (lives, count, seed) => {
          const press = newPool();
          await press.add(codesOf(count));
          const people = lives.map(press.newcomer);
          cloud.disturb(delayedReads(seeded(seed), 4));
          const live = async (one: Newcomer, steps: readonly string[]) => {
            for (const step of steps) {
              if (step === 'take') await one.take();
              else if (step === 'add') await press.add(codesOf(count));
              else if (step === 'return' || step === 'void') await one.leave(step);
            }
          };
          await Promise.all(people.map((one, position) => live(one, lives[position] ?? [])));
          cloud.disturb(undefined);
          const codes = await held(people);
          expect(new Set(codes).size).toBe(codes.length);
          const tally = await press.tally();
          expect(tally.given).toBe(codes.length);
          expect(tally.free + tally.given + tally.void).toBe(count);
          await Promise.all(people.map(({ take }) => take()));
          const usable = count - tally.void;
          expect(await held(people)).toHaveLength(Math.min(people.length, usable));
        },
      ),
      { numRuns: runs(12) },
    );
  });
});
