import { describe, expect, it } from 'vitest';
import { LearnerId, MentorId, ProfileInput } from '../../functions/identity/contract.ts';
import { guardianStore } from '../../functions/identity/guardian.store.ts';
import { MentorInput } from '../../functions/identity/mentor.contract.ts';
import { mentorStore } from '../../functions/identity/mentor.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { newPair } from '../mentoring/mentorships.ts';
import { ask, bring, leave, openHouse, pool, receipt, routes, run, setTime } from './house.ts';
import { addGuardian, endAccount, newPerson, report } from './persons.ts';

const house = openHouse();
const learners = identityStore('identity');
const mentors = mentorStore('identity');
const released = (learnerId: string) => ({ learnerId, release: true });
const later = (hours: number) => setTime(new Date(Date.now() + hours * 3_600_000).toISOString());
const at = '2025-06-01T00:00:00.000Z';

/** Makes a login a mentor too. */
async function mentorOf(sub: Sub): Promise<MentorId> {
  const mentorId = newId(MentorId, 'mnt');
  const who = MentorInput.parse({ name: '이멘토', language: 'ko', timeZone: 'Asia/Seoul' });
  await mentors.createMentor(sub, 'h@village.example', mentorId, who);
  return mentorId;
}

/** A child without a login, whose only guardian is a login. */
async function childOf(sub: Sub): Promise<LearnerId> {
  const learnerId = newId(LearnerId, 'lrn');
  const child = { name: '김봄', birthDate: '2017-05-20', stage: 'elementary', areaId: 'river' };
  const profile = { learnerId, ...ProfileInput.parse({ ...child, language: 'ko' }) };
  const times = { version: 1, createdAt: at, updatedAt: at };
  const record = { ...times, profile: { ...profile, consent: { state: 'granted' as const } } };
  const link = { relation: 'mother', email: 'h@village.example', since: at } as const;
  const guardians = guardianStore('identity');
  await transact([
    guardians.putChild({ ...record, ownLogin: false, guardians: 1 }, undefined),
    ...guardians.addGuardian({ sub, learnerId, ...link, until: Date.parse('2036-05-20') / 1e3 }),
  ]);
  return learnerId;
}

/** What the ledger says of a learner. */
async function entryOf(learnerId: string): Promise<unknown> {
  const keys = (await house.ledger()).filter((key) => key.includes(learnerId));
  return keys.length === 0 ? undefined : house.entry(keys[0] ?? '');
}

describe('given a learner who has moved to another copy, and is released here', () => {
  it('and whose login is nothing else: both go, and the ledger says that it was a release', async () => {
    const { learnerId, learner } = await newPerson();
    expect(await run(released(learnerId))).toEqual({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toBeUndefined();
    expect(pool.gone.has(learner)).toBe(true);
    expect(await entryOf(learnerId)).toMatchObject({ learnerId, sub: learner, release: true });
  });

  it('and who is a mentor too: the learner goes; what they are as a mentor and their login stay', async () => {
    const { learnerId, learner } = await newPair();
    const mentorId = await mentorOf(learner);
    expect(await run(released(learnerId))).toEqual({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toBeUndefined();
    expect(await learners.selfOf(learner)).toBeUndefined();
    expect(pool.gone.has(learner)).toBe(false);
    expect(await mentors.mentorIdOf(learner)).toBe(mentorId);
    expect(await mentors.readMentor(mentorId)).toBeDefined();
    const entry = await entryOf(learnerId);
    expect(entry).toMatchObject({ learnerId, release: true });
    expect(entry).not.toHaveProperty('sub');
    expect(entry).not.toHaveProperty('mentorId');
    // It can become a learner again, and is deleted as what it still is.
    const other = newId(LearnerId, 'lrn');
    const profile = ProfileInput.parse({
      ...{ name: '김하늘', birthDate: '2009-05-20', stage: 'high', areaId: 'river' },
      language: 'ko',
    });
    await learners.createLearner(learner, 'h@village.example', other, profile, at);
    expect(await learners.selfOf(learner)).toBe(other);
    // A second run of the script finds nobody, and takes nothing of the login.
    expect(await run(released(learnerId))).toEqual({ state: 'done' });
    expect(await learners.selfOf(learner)).toBe(other);
    const deletionId = await leave(learner);
    await bring(deletionId);
    expect(await mentors.mentorIdOf(learner)).toBeUndefined();
  });

  it.each(['alone', 'beside another'])(
    'and who acts for a child that stays, %s: the learner goes, and the child keeps them',
    async (how) => {
      const { learnerId, learner } = await newPair();
      const child = await childOf(learner);
      if (how !== 'alone') await addGuardian(child, `beside-${learner}`);
      expect(await run(released(learnerId))).toEqual({ state: 'done' });
      expect(await learners.readRecord(learnerId)).toBeUndefined();
      expect(await learners.learnerIdOf(learner, child)).toBe(child);
      expect(pool.gone.has(learner)).toBe(false);
    },
  );

  it('and whose login becomes a mentor in that moment: it stays', async () => {
    const { learnerId, learner } = await newPair();
    let mentorId: MentorId | undefined;
    house.cloud().disturb(async (operation, input) => {
      const leaves = operation === 'TransactWriteItems' && /"leaving"/.test(JSON.stringify(input));
      if (leaves && mentorId === undefined) mentorId = await mentorOf(learner);
      return undefined;
    });
    expect(await run(released(learnerId))).toEqual({ state: 'done' });
    house.cloud().disturb(undefined);
    expect(await mentors.mentorIdOf(learner)).toBe(mentorId);
    expect(pool.gone.has(learner)).toBe(false);
  });

  it('edge case 35: and whom an open report holds: it waits, and once more it is gone on with', async () => {
    const { learnerId, learner } = await newPerson();
    const mentorId = await mentorOf(learner);
    await report(learnerId, true);
    expect(await run(released(learnerId))).toEqual({ state: 'waits' });
    expect(await run(released(learnerId))).toEqual({ state: 'waits' });
    await report(learnerId, false);
    expect(await run(released(learnerId))).toEqual({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toBeUndefined();
    expect(await mentors.mentorIdOf(learner)).toBe(mentorId);
  });

  it('and of whom a run dies before the login: the next takes it, though no row tells any more whose it was', async () => {
    const { learnerId, learner } = await newPair();
    pool.away = true;
    await expect(run(released(learnerId))).rejects.toThrow();
    pool.away = false;
    expect(await learners.readRecord(learnerId)).toBeUndefined();
    expect(await run(released(learnerId))).toEqual({ state: 'done' });
    expect(pool.gone.has(learner)).toBe(true);
  });

  it('and who had asked for deletion themself: all goes that they asked for, with its receipt', async () => {
    const { learnerId, learner } = await newPerson();
    const mentorId = await mentorOf(learner);
    const deletionId = await leave(learner);
    expect(await run(released(learnerId))).toMatchObject({ state: 'waits' });
    expect((await receipt(deletionId)).steps[0]).toMatchObject({ state: 'done' });
    const again = await ask(learner, routes.deleteMe);
    expect(again.body).toEqual({ deletionId });
    expect(await house.noticesTo('deletion-begun')).not.toEqual([]);
    expect(await run({ learnerId })).toEqual({ state: 'done' });
    expect(await mentors.readMentor(mentorId)).toBeUndefined();
  });

  it('and other learners of their mentor: nobody else is touched', async () => {
    const { learnerId, mentor, mentorId } = await newPair();
    const other = await newPair({}, { mentor: Sub.parse(mentor), mentorId });
    expect(await run(released(learnerId))).toEqual({ state: 'done' });
    expect(await learners.readRecord(other.learnerId)).toBeDefined();
    expect(pool.gone.has(mentor)).toBe(false);
  });

  it.each([
    ['a mentor', { mentorId: `mnt_${'0'.repeat(26)}`, release: true }],
    ['a login alone', { sub: 'somebody', release: true }],
    ['no release at all', { learnerId: `lrn_${'0'.repeat(26)}`, release: false }],
  ])('and an event that names %s: refused', async (_what, event) => {
    await expect(run(event)).rejects.toThrow(/release/);
  });
});

it('given an event that is neither an entry of a ledger nor the schedule’s: refused, and nothing is worked off', async () => {
  const { learner, learnerId } = await newPerson();
  await endAccount(learnerId);
  const deletionId = await leave(learner);
  const before = await receipt(deletionId);
  later(1);
  const events = [{}, { learner: learnerId }, { learnerId: 'somebody' }];
  for (const event of [...events, { learnerId, realease: true }, { learnerId, enteredAt: 'now' }]) {
    await expect(run(event), JSON.stringify(Object.keys(event))).rejects.toThrow();
  }
  expect(await receipt(deletionId)).toEqual(before);
  expect(await run()).toEqual({ state: 'done' });
  expect(await receipt(deletionId)).not.toEqual(before);
});
