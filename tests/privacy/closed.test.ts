import { expect, it } from 'vitest';
import { identityStore } from '../../functions/identity/store.ts';
import { leave, openHouse, receipt, run, setTime } from './house.ts';
import { newPerson } from './persons.ts';

openHouse('no');
const learners = identityStore('identity');

it('edge case 37: while a region is closed its schedule deletes nobody from tables that are being loaded; a restore does', async () => {
  const { learnerId, learner } = await newPerson();
  const deletionId = await leave(learner);
  setTime('2025-06-02T01:00:00Z');
  expect(await run()).toEqual({ state: 'closed' });
  const { steps } = await receipt(deletionId);
  expect(steps.filter(({ state }) => state !== 'to-do')).toEqual([]);
  expect(await learners.readRecord(learnerId)).toBeDefined();
  expect(await run({ learnerId })).toEqual({ state: 'done' });
  expect(await learners.readRecord(learnerId)).toBeUndefined();
});
