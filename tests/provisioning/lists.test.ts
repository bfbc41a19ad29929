import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { accountsAreIndexed } from '../../functions/provisioning/contract.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { refused } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import { millId, orphansOf, reconciling } from './reconciling.ts';
import { station } from './station.ts';

captureLog();
const mill = provider();
const at = station(mill);
const { beginAnew, live, begin, beginWith, standing, reconcile, comeToRest, wrong } = reconciling(
  at,
  mill,
);
beforeEach(beginAnew);

describe('given a list that does not show accounts which are there', () => {
  it('edge case 21: each is the same one afterwards, also where its learner is suspended meanwhile', async () => {
    const learners = await live([
      { standing: 'active', mishap: 'nothing' },
      { standing: 'suspended', mishap: 'nothing' },
      { standing: 'active', mishap: 'nothing' },
    ]);
    const before = (await mill().accounts()).map(({ id }) => id);
    await beginWith([]);
    await at().reconcile();
    expect(await standing()).toMatchObject({ phase: 'done', counts: { repaired: 3 } });
    const [, , last] = learners;
    if (last === undefined) throw new Error('nobody lives');
    await at().approve(last, 'suspended', '2025-07-02T00:00:00.000Z');
    await comeToRest();
    expect(await wrong(learners)).toEqual([]);
    expect((await mill().accounts()).map(({ id }) => id)).toEqual(before);
  });
});

describe('given a provider that refuses its list', () => {
  it.each([403, 404, 413, 501])(
    'by %i: the run goes on without it after some attempts, says so, and learners are not kept waiting',
    async (status) => {
      const stranger = await mill().create({ userName: 'the-miller' });
      const before = await reconcile();
      await mill().fault({ kind: 'status', status, methods: ['GET'] });
      const asked = await mill().received('GET');
      await begin();
      for (let minute = 0; minute < 12; minute += 1) {
        await at().reconcile();
        at().wait(60);
      }
      const run = await standing();
      expect(run).toMatchObject({
        phase: 'done',
        unlisted: `status-${status}`,
        counts: { ours: 0 },
      });
      expect(run).not.toHaveProperty('waitsFor');
      expect((await mill().received('GET')) - asked).toBe(5);
      expect(run.reported, 'the last that saw a list').toBe(before.reconciliationId);
      expect(await orphansOf(before.reconciliationId)).toEqual([stranger]);
      const breaker = await pressureStore('provisioning').readBreaker(millId);
      expect(breaker).toMatchObject({ rests: 0 });
      const learnerId = await at().enter();
      await at().choose(learnerId, 'subject');
      await at().deliver();
      expect((await at().row(learnerId)).places.subject?.state).toBe('active');
      await mill().recover();
      expect(await reconcile()).not.toHaveProperty('unlisted');
    },
  );

  it('now and then: it goes on where it was, and each refusal is forgotten with the next page', async () => {
    for (let index = 0; index < 24; index += 1) await mill().create({ userName: `u${index}` });
    await begin();
    at().cloud.disturb(async (operation, input) => {
      if (operation === 'PutItem' && JSON.stringify(input).includes('PAGE#'))
        await mill().fault({ kind: 'status', status: 404, times: 1 });
      return undefined;
    });
    let turns = 0;
    for (; (await standing()).phase !== 'done'; turns += 1) await at().reconcile();
    expect(turns).toBeGreaterThan(7);
    expect(await standing()).not.toHaveProperty('unlisted');
  });
});

describe('given accounts of before they were found by their provider', () => {
  const mark = { TableName: 'provisioning', Key: accountsAreIndexed };

  it('edge case 25: until all are, none that looks like ours is called an orphan', async () => {
    await documents.send(new DeleteCommand(mark));
    const ours = await mill().create({ userName: 'ours', externalId: `acc_${'0'.repeat(26)}` });
    const begun = await begin();
    await at().reconcile();
    expect(await standing()).toMatchObject({ phase: 'comparing', waitsFor: 'data-migration' });
    expect(await orphansOf(begun.reconciliationId)).toEqual([]);
    const { TableName, Key: Item } = mark;
    await documents.send(new PutCommand({ TableName, Item }));
    await at().reconcile();
    const ended = await standing();
    expect(ended).toMatchObject({ phase: 'done', counts: { orphans: 1 } });
    expect(ended).not.toHaveProperty('waitsFor');
    expect(await orphansOf(ended.reconciliationId)).toEqual([ours]);
  });
});

describe('given more orphans than are kept at once', () => {
  it('a run that is killed among them goes on where it was, and the next leaves none of its rows', async () => {
    const strangers = Array.from({ length: 450 }, (_, index) => `stranger-${index}`);
    await beginWith(strangers.map((remoteId) => ({ remoteId })));
    let kept = 0;
    at().cloud.disturb(async (operation, input) => {
      if (operation !== 'PutItem' || !JSON.stringify(input).includes('ORPHAN')) return undefined;
      kept += 1;
      return kept === 3 ? refused('ValidationException') : undefined;
    });
    await expect(at().reconcile()).rejects.toThrow();
    at().wait(300);
    await at().reconcile();
    expect(kept, 'two, the one that was refused, and the rest').toBe(6);
    const run = await standing();
    expect(run).toMatchObject({ phase: 'done', counts: { orphans: 450, theirs: 450 } });
    expect(await orphansOf(run.reconciliationId)).toEqual([...strangers].sort());
    const next = await reconcile();
    expect(await orphansOf(next.reconciliationId)).toEqual([]);
    expect(await orphansOf(run.reconciliationId)).toEqual([]);
  });
});
