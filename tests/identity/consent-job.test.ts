import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { Policy } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { firstPolicy, secondPolicy } from '../runtime/village.ts';
import { child, type Neighbours, openNeighbours } from './neighbours.ts';

captureLog();
const { routes } = identity;
let village: Neighbours;
beforeAll(async () => {
  village = await openNeighbours();
});
beforeEach(() => {
  village.setTime('2025-07-01T12:00');
});
afterAll(() => village.close());

/** Children of eleven with a guardian, who turn 15, the consent age of 2026, on 2029-05-20. */
async function families(prefix: string, count: number) {
  const names = Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
  return Promise.all(
    names.map(async (name) => {
      const guardian = village.as(name);
      const body = { ...child(), relation: 'mother' };
      const { learnerId } = routes.addChild.answers.body.parse(
        (await guardian(routes.addChild, { body })).body,
      );
      const stateOf = async () =>
        (await guardian(routes.readConsent, { query: { learnerId } })).body;
      return { learnerId, stateOf };
    }),
  );
}

const rowOf = async (learnerId: string) =>
  (await village.rows()).find(({ pk, sk }) => pk === `LEARNER#${learnerId}` && sk === 'PROFILE') ??
  {};
const write = (Item: Record<string, unknown>) =>
  documents.send(new PutCommand({ TableName: 'identity', Item }));

describe('given rows that are due, when the job runs', () => {
  it('edge case 4: asked before there was an end, they are given one, and hear of it', async () => {
    const [one] = await families('old', 1);
    if (one === undefined) throw new Error('no family');
    await village.runJob();
    const row = await rowOf(one.learnerId);
    // As it was written before: due at majority, and by days that were reckoned otherwise.
    await write({ ...row, consent: { state: 'own-needed' }, dueOn: '2033-05-20' });
    await write({ pk: 'POLICIES', sk: 'AGES', ages: 'as before' });
    village.setTime('2029-05-20T00:00');
    for (const _ of [1, 2]) await village.runJob();
    expect(await one.stateOf()).toEqual({ state: 'own-needed', answerBy: '2029-06-03' });
    const kinds = (await village.mails(one.learnerId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['own-consent-needed']);
  });

  it('a row that nobody can read stops no other, neither the day’s nor a policy’s, and is told', async () => {
    const all = await families('bad', 3);
    await village.runJob();
    village.setTime('2029-05-20T00:00');
    // In each partition, whatever the others' ids are: one that comes before them, and one that is due later.
    const broken = ['2000-01-01', '2030-01-01'].flatMap((dueOn) =>
      ['0', '1', '2', '3'].map((dueLot) => ({
        pk: `A#${dueLot}#${dueOn}`,
        sk: 'PROFILE',
        dueLot,
        dueOn,
      })),
    );
    for (const row of broken) await write(row);
    await expect(village.runJob()).rejects.toThrow('4 rows stay due');
    for (const { stateOf } of all) expect(await stateOf()).toMatchObject({ state: 'own-needed' });
    const lower = { ...secondPolicy, version: 'third', from: '2031-09-01', majorityAge: 17 };
    const policies = [firstPolicy, secondPolicy, lower].map((one) => Policy.parse(one));
    const job = await village.loadJob(policies);
    await expect(job()).rejects.toThrow('8 rows stay due');
    for (const { pk } of broken) await write({ pk, sk: 'PROFILE' });
    await job();
  });

  it('without time left it begins no further page, and the next run does the rest', async () => {
    const all = await families('late', 2);
    village.setTime('2029-05-20T00:00');
    await village.runJob(() => 1_000);
    const states = async () => Promise.all(all.map(({ stateOf }) => stateOf()));
    expect(await states()).toContainEqual({ state: 'granted' });
    await village.runJob();
    for (const state of await states()) expect(state).toMatchObject({ state: 'own-needed' });
  });

  it('the day’s work comes before what a policy has moved, which the next run does', async () => {
    const all = await families('first', 2);
    await village.runJob();
    await write({ pk: 'POLICIES', sk: 'AGES', ages: 'as before' });
    village.setTime('2029-05-20T00:00');
    // Time for a page of each partition.
    let pages = 4;
    await village.runJob(() => (pages-- > 0 ? 300_000 : 1_000));
    for (const { stateOf } of all) expect(await stateOf()).toMatchObject({ state: 'own-needed' });
    const seen = async () => (await village.rows()).find(({ pk }) => pk === 'POLICIES')?.['ages'];
    expect(await seen()).toBe('as before');
    await village.runJob();
    expect(await seen()).not.toBe('as before');
  });
});
