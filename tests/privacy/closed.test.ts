import { describe, expect, it } from 'vitest';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { guardianStore } from '../../functions/identity/guardian.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { holdStore } from '../../functions/mentoring/hold.store.ts';
import { mentorStore } from '../../functions/mentoring/mentor.store.ts';
import { Report, ReportId } from '../../functions/mentoring/report.contract.ts';
import { concernedBy } from '../../functions/mentoring/report.rules.ts';
import { reportStore } from '../../functions/mentoring/report.store.ts';
import { DeletionId } from '../../functions/privacy/contract.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { Pair } from '../mentoring/mentorships.ts';
import { leave, openHouse, pool, receipt, run, setTime } from './house.ts';
import { newPerson } from './persons.ts';

const house = openHouse('no');
const learners = identityStore('identity');
const holds = holdStore('mentoring');

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

/** A report about a mentor, open in the copy as it was at the moment of the export; it concerns both sides. */
async function reported({ learnerId, mentorId, mentorshipId }: Pair, createdAt: string) {
  const about = { kind: 'mentor', mentorId };
  const reporter = { kind: 'learner', learnerId };
  const reportId = newId(ReportId, 'rpt');
  const said = { about, reporter, mentorshipId, words: 'He asks for pictures.', areaId: 'river' };
  const report = Report.parse({ reportId, ...said, state: 'open', createdAt });
  await transact([reportStore('mentoring').create(report)]);
  for (const who of [learnerId, mentorId]) {
    const seen = await holds.read(who);
    await transact([holds.change(concernedBy(seen.hold, reportId), seen, createdAt)]);
  }
}

describe('edge case 37: an entry of the ledger that is applied to rows of before it', () => {
  const exported = '2025-06-02T00:00:00.000Z';
  const enteredAt = '2025-06-08T03:00:00.000Z';

  it('given a report that was open at the export: the ledger says that it was decided, and the learner is deleted', async () => {
    const person = await newPerson();
    const { learnerId } = person;
    await reported(person, exported);
    expect(await run({ learnerId })).toEqual({ state: 'waits' });
    expect(await run({ learnerId, askedAt: exported, enteredAt })).toEqual({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toBeUndefined();
  });

  it('given a mentor, of whom a report held the learner too: they are deleted, and the learner stays held', async () => {
    const person = await newPerson();
    const { learnerId, mentorId, mentor } = person;
    await reported(person, exported);
    expect(await run({ mentorId, sub: mentor, enteredAt })).toEqual({ state: 'done' });
    expect(await mentorStore('mentoring').read(mentorId)).toBeUndefined();
    expect(await holds.isHeld(learnerId)).toBe(true);
  });

  it.each([
    ['after it', '2025-06-08T03:00:00.001Z'],
    ['in the same moment, which may have been written after it', '2025-06-08T02:59:30.000Z'],
  ])(
    'edge case 35: given a report that came %s: it is waited for, as it was there',
    async (_when, at) => {
      const person = await newPerson();
      const { learnerId } = person;
      await reported(person, exported);
      await reported(person, at);
      expect(await run({ learnerId, enteredAt })).toEqual({ state: 'waits' });
      // Whoever waits so is nobody any more meanwhile.
      expect(await learners.selfOf(person.learner)).toBeUndefined();
      expect(await learners.readRecord(learnerId)).toMatchObject({ leaving: true });
    },
  );

  it('edge case 35: given a report that comes between the look and a write: what would be deleted stays', async () => {
    const person = await newPerson();
    const { learnerId } = person;
    await reported(person, exported);
    let came = false;
    house.cloud().disturb(async (operation, input) => {
      const erases = /"Delete".*"PROFILE"/.test(JSON.stringify(input));
      if (operation !== 'TransactWriteItems' || !erases || came) return undefined;
      came = true;
      await reported(person, '2025-06-09T00:00:00.000Z');
      return undefined;
    });
    expect(await run({ learnerId, enteredAt })).toEqual({ state: 'waits' });
    house.cloud().disturb(undefined);
    expect(await learners.readRecord(learnerId)).toBeDefined();
  });

  it('given a guardian whose child came of age or had another there, later: they are deleted, and the child is named', async () => {
    const { sub, learnerId } = await guardianOfBefore('mother-of-before');
    expect(await run({ sub })).toEqual({ state: 'children-depend' });
    expect(await run({ sub, enteredAt })).toEqual({ state: 'done', alone: [learnerId] });
    expect(await learners.learnerIdOf(sub, learnerId)).toBeUndefined();
    expect(await learners.readRecord(learnerId)).toMatchObject({ guardians: 0 });
  });

  it('given a run that dies once the links are gone, or an answer that nobody hears: the child is named by the next', async () => {
    const { sub, learnerId } = await guardianOfBefore('mother-of-a-run-that-dies');
    pool.away = true;
    await expect(run({ sub, enteredAt })).rejects.toThrow();
    expect(await learners.readRecord(learnerId)).toMatchObject({ guardians: 0 });
    pool.away = false;
    for (const _once of ['never heard', 'heard']) {
      expect(await run({ sub, enteredAt })).toEqual({ state: 'done', alone: [learnerId] });
    }
  });

  it('of an earlier release, which says only when it was asked for: as it is, it is judged by that', async () => {
    const { sub, learnerId } = await guardianOfBefore('mother-of-an-earlier-release');
    const entry = { sub, deletionId: newId(DeletionId, 'del'), askedAt: enteredAt };
    expect(await run(entry)).toEqual({ state: 'done', alone: [learnerId] });
  });
});

/** The only guardian of a child without a login, as both were at the moment of the export. */
async function guardianOfBefore(name: string) {
  const sub = Sub.parse(name);
  const learnerId = newId(LearnerId, 'lrn');
  const since = '2025-06-02T00:00:00.000Z';
  const child = { name: '김봄', birthDate: '2017-05-20', stage: 'elementary', areaId: 'river' };
  const profile = { learnerId, ...ProfileInput.parse({ ...child, language: 'ko' }) };
  const times = { version: 1, createdAt: since, updatedAt: since };
  const record = { ...times, profile: { ...profile, consent: { state: 'granted' as const } } };
  const guardians = guardianStore('identity');
  const link = { relation: 'mother', email: 'm@home.example', since } as const;
  await transact([
    guardians.putChild({ ...record, ownLogin: false, guardians: 1 }, undefined),
    ...guardians.addGuardian({ sub, learnerId, ...link, until: Date.parse('2036-05-20') / 1e3 }),
  ]);
  return { sub, learnerId };
}
