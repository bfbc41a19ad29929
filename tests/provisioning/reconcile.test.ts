import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LearnerId } from '../../functions/identity/contract.ts';
import { lotOf } from '../../functions/provisioning/account.store.ts';
import { accountsIndex } from '../../functions/provisioning/contract.ts';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { runs as cases } from '../runs.ts';
import { refused } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import {
  type Fate,
  millId,
  mishaps,
  orphansOf,
  reconciling,
  runs,
  standings,
} from './reconciling.ts';
import { station } from './station.ts';

const takeLog = captureLog();
const mill = provider();
const at = station(mill);
const {
  beginAnew,
  live,
  begin,
  standing,
  reconcile,
  comeToRest,
  loseMessages,
  ourAccounts,
  wrong,
} = reconciling(at, mill);
const accounts = provisioningStore('provisioning');

beforeAll(() => {
  // Whatever hour it is: in the region's night the others are compared as well.
  for (const other of ['well', 'forge'])
    at().cloud.secrets.putEntry('providers', other, mill().secret);
});
beforeEach(beginAnew);

const every: readonly Fate[] = standings.flatMap((one) =>
  mishaps.filter((mishap) => mishap !== 'twice').map((mishap) => ({ standing: one, mishap })),
);
const orphansTold = async () => {
  const { reported } = await standing();
  if (reported === undefined) throw new Error('no run has ended');
  return orphansOf(reported);
};

describe('given accounts that are not at their provider as we know them', () => {
  it('each is as its learner wants it afterwards, and those of nobody are left alone (edge cases 20 and 25)', async () => {
    const strangers = [
      await mill().create({ userName: 'the-miller' }),
      await mill().create({ userName: 'lost', externalId: `acc_${'0'.repeat(26)}` }),
    ];
    const learners = await live(every);
    expect((await wrong(learners)).length).toBeGreaterThan(5);
    const { phase, counts } = await reconcile();
    expect(await wrong(learners)).toEqual([]);
    expect(phase).toBe('done');
    expect(counts).toMatchObject({ orphans: 2, cases: 0, woken: 3 });
    expect(await orphansTold()).toEqual([...strangers].sort());
    const left = await mill().accounts();
    expect(left.map(({ id }) => id)).toEqual(expect.arrayContaining(strangers));
    const again = await reconcile();
    expect(again.counts).toMatchObject({ repaired: 0, orphans: 2, cases: 0, woken: 0 });
    expect(await mill().accounts()).toEqual(left);
    expect(takeLog()).toContain('"OrphansFound":2');
  });

  it('edge case 21: a suspended account that was switched on there is the same one afterwards', async () => {
    const [learnerId] = await live([{ standing: 'suspended', mishap: 'other way round' }]);
    if (learnerId === undefined) throw new Error('nobody lives');
    const before = await ourAccounts(learnerId);
    expect(before).toMatchObject([{ active: true }]);
    await reconcile();
    expect(await ourAccounts(learnerId)).toEqual([{ ...before[0], active: false }]);
  });

  it('two by one id are a case for a person, and the learner goes on with the one they have', async () => {
    const [learnerId] = await live([{ standing: 'active', mishap: 'twice' }]);
    if (learnerId === undefined) throw new Error('nobody lives');
    takeLog();
    expect(await reconcile()).toMatchObject({ counts: { cases: 1, repaired: 0 } });
    expect(takeLog(), 'whoever opens tasks says so').toContain('"TasksOpened":1');
    expect(await accounts.readAccount(learnerId, millId)).toMatchObject({
      open: { kind: 'person', reason: 'several-accounts' },
    });
    expect((await at().row(learnerId)).places.subject?.state).toBe('active');
    expect(await ourAccounts(learnerId)).toHaveLength(2);
    expect(await reconcile(), 'it is one case').toMatchObject({ counts: { cases: 0 } });
    expect(takeLog()).not.toContain('TasksOpened');
  });

  it('whatever has befallen whom, in any number: all is as wanted, and nothing is done twice', async () => {
    const fate = fc.record({
      standing: fc.constantFrom(...standings),
      mishap: fc.constantFrom(...mishaps.filter((mishap) => mishap !== 'twice')),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 4 }), async (fates) => {
        const learners = await live(fates);
        await reconcile();
        expect(await wrong(learners)).toEqual([]);
        expect((await reconcile()).counts).toMatchObject({ repaired: 0, woken: 0 });
      }),
      { numRuns: cases(3) },
    );
  });
});

describe('given a run that is killed', () => {
  it('at each request in turn: the next goes on, and it ends as if nothing had been', async () => {
    const learners = await live(every.filter((_, index) => index % 2 === 0));
    await begin();
    let kills = 0;
    for (let most = 1; (await standing()).phase !== 'done'; most += 1) {
      let requests = 0;
      at().cloud.disturb(async () => {
        requests += 1;
        return requests > most ? refused('ValidationException') : undefined;
      });
      await at()
        .reconcile()
        .catch(() => {
          kills += 1;
        });
      at().cloud.disturb(undefined);
      at().wait(300);
    }
    expect(kills).toBeGreaterThan(10);
    await comeToRest();
    await reconcile();
    expect(await wrong(learners)).toEqual([]);
    expect((await reconcile()).counts).toMatchObject({ repaired: 0 });
  });

  it('is not taken up by two at once', async () => {
    await begin();
    const before = await mill().received('GET');
    await Promise.all([at().reconcile(), at().reconcile(), at().reconcile()]);
    expect((await mill().received('GET')) - before).toBe(1);
    expect(await standing()).toMatchObject({ phase: 'done' });
  });
});

describe('given a provider that does not answer', () => {
  it('edge case 20: after an outage of weeks, with all messages gone, those who waited have their accounts', async () => {
    const learners = await Promise.all([at().enter(), at().enter()]);
    for (const learnerId of learners) await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'down' });
    await begin();
    for (let day = 0; day < 15; day += 1) {
      await loseMessages();
      await at().reconcile();
      at().wait(86_400);
    }
    expect(await standing()).toMatchObject({ phase: 'listing' });
    await mill().recover();
    at().wait(1_800);
    await loseMessages();
    await reconcile();
    expect(await wrong(learners)).toEqual([]);
  });

  it('waits, says why, and goes on where it was', async () => {
    await mill().fault({ kind: 'status', status: 503, times: 1 });
    const { reconciliationId } = await begin();
    await at().reconcile();
    expect(await standing()).toMatchObject({ phase: 'listing', waitsFor: 'status-503' });
    await at().reconcile();
    const ended = await standing();
    expect(ended).toMatchObject({ reconciliationId, phase: 'done' });
    expect(ended).not.toHaveProperty('waitsFor');
  });
});

describe('given accounts that change while they are compared', () => {
  it('edge case 25: one that was made since is no orphan, and one that was ended since is not missed', async () => {
    const [stays, leaves] = await live([
      { standing: 'active', mishap: 'nothing' },
      { standing: 'active', mishap: 'nothing' },
    ]);
    if (stays === undefined || leaves === undefined) throw new Error('nobody lives');
    const comes = await at().enter();
    await begin();
    let changing = false;
    at().cloud.disturb(async (operation, input) => {
      if (changing || operation !== 'Query' || input['IndexName'] !== accountsIndex.name)
        return undefined;
      changing = true;
      at().wait(1);
      await at().giveBack(leaves, 'subject');
      await at().choose(comes, 'subject');
      await at().deliverAll();
      return undefined;
    });
    await at().reconcile();
    expect(changing).toBe(true);
    expect((await standing()).counts).toMatchObject({ repaired: 0, orphans: 0, cases: 0 });
    expect(await wrong([stays, leaves, comes])).toEqual([]);
  });

  it('edge case 25: one that the index does not show yet is looked up, and is no orphan', async () => {
    await live([{ standing: 'active', mishap: 'nothing' }]);
    await begin();
    const answer = { status: 200, headers: {}, body: JSON.stringify({ Items: [], Count: 0 }) };
    at().cloud.disturb(async (_operation, { IndexName, Limit }) =>
      IndexName === accountsIndex.name && Limit !== undefined ? { reply: answer } : undefined,
    );
    await at().reconcile();
    expect(await standing()).toMatchObject({ phase: 'done', counts: { ours: 0, orphans: 0 } });
  });

  it('costs one request where there is nothing to do', async () => {
    await reconcile();
    const before = at().cloud.asked('Query');
    await at().reconcile();
    expect(at().cloud.asked('Query') - before).toBe(1);
  });
});

describe('given more accounts than are compared at once', () => {
  it('edge case 25: each is compared once, and of theirs exactly those that are not ours are orphans', async () => {
    // In two of the eight partitions, more in each than a page has.
    const ids = Array.from({ length: 2_400 }, () => newId(LearnerId, 'lrn'))
      .filter((learnerId) => ['3', '7'].includes(lotOf(at().accountIdOf(learnerId))))
      .slice(0, 500);
    const [ours, orphans] = [ids.slice(0, 250), ids.slice(250)];
    await Promise.all(
      ours.map((learnerId) =>
        accounts.begin({ learnerId, providerId: millId }, 'create', undefined, '2025-07'),
      ),
    );
    const run = { ...(await begin()), version: 1, phase: 'comparing' } as const;
    const listed = ids.map((learnerId) => ({
      remoteId: learnerId,
      externalId: at().accountIdOf(learnerId),
    }));
    await runs.keepPage(run, '', [...listed, { remoteId: 'stranger' }], 4e9);
    // Listed again, as pages overlap.
    await runs.keepPage(run, '2', listed.slice(0, 90), 4e9);
    await runs.keep(run);
    await at().reconcile();
    expect((await standing()).counts).toMatchObject({
      ...{ theirs: 501, ours: 250, orphans: 251, repaired: 0, cases: 0 },
    });
    expect(await orphansTold()).toEqual([...orphans, 'stranger'].sort());
  });
});
