import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { identityStore } from '../../functions/identity/store.ts';
import { mentorshipStore } from '../../functions/mentoring/mentorship.store.ts';
import { sessionStore } from '../../functions/mentoring/session.store.ts';
import { steps } from '../../functions/privacy/contract.ts';
import { now } from '../../functions/runtime/clock.ts';
import { documents, transact } from '../../functions/runtime/dynamodb.ts';
import { append } from '../../functions/runtime/trail.ts';
import {
  ask,
  bring,
  deletions,
  everything,
  leave,
  openHouse,
  pool,
  receipt,
  routes,
  run,
  setTime,
} from './house.ts';
import { addGuardian, endAccount, newPerson, personal, report } from './persons.ts';

const house = openHouse();
const learners = identityStore('identity');
const later = (hours: number) => setTime(new Date(Date.now() + hours * 3_600_000).toISOString());

describe('given a learner with a mentor, places and papers, who asks for deletion', () => {
  it('edge case 36: all is ended and erased in order, each step waits for what it needs, and the receipt tells', async () => {
    const person = await newPerson();
    const { learnerId, learner, mentorId, mentorshipId } = person;
    await house.putFile(`clean/${learnerId}/paper`);
    const deletionId = await leave(learner);
    expect(await leave(learner)).toBe(deletionId);
    expect(await learners.selfOf(learner)).toBeUndefined();

    await bring(deletionId);
    const waits = await receipt(deletionId);
    expect(waits).toMatchObject({ state: 'running', waitsFor: 'providers' });
    expect(waits.steps.map(({ state }) => state)).toEqual([
      ...['done', 'done', 'done', 'waiting'],
      ...steps.slice(4).map(() => 'to-do'),
    ]);
    // A copy that is restored while a provider is waited for deletes again (edge case 37).
    expect((await house.ledger()).join()).toContain(learnerId);
    const { mentorship } = (await mentorshipStore('mentoring').read(mentorshipId)) ?? {};
    expect(mentorship).toMatchObject({ state: 'ended', endedBecause: 'learner-left' });
    const [booked] = await sessionStore('mentoring').listOf(mentorshipId);
    expect(booked?.session.state).toBe('cancelled');
    const told = (await house.noticesTo(mentorId)).filter((text) =>
      text.includes('mentorship-ended'),
    );
    expect(told).toHaveLength(1);

    await endAccount(learnerId);
    later(1);
    await run();
    expect(await receipt(deletionId)).toMatchObject({ waitsFor: 'files' });
    const early = house.logged();
    // Of trouble that there is none nothing is measured.
    expect(early).not.toContain('DeletionsOverdue');
    await house.deleteFiles();
    later(1);
    await run();
    expect(await receipt(deletionId)).toMatchObject({ waitsFor: 'mails' });
    // Nobody takes the mails out here: they are waited for no longer.
    later(4);
    await run();

    const done = await receipt(deletionId);
    expect(done).toMatchObject({ state: 'done' });
    expect(done.steps.map(({ step, state }) => [step, state])).toEqual(
      steps.map((step) => [step, 'done']),
    );
    expect(pool.gone.has(learner)).toBe(true);
    const ledger = (await house.ledger()).filter((key) => key.includes(learnerId));
    expect(ledger).toEqual([`deletions/${done.askedAt}-${learnerId}.json`]);
    // As it was begun: by then no report was open about them, which whoever applies it again goes by.
    const entered = { learnerId, sub: learner, askedAt: done.askedAt, enteredAt: done.askedAt };
    expect(await house.entry(ledger.join())).toEqual({ ...entered, deletionId });
    // Whoever looked while it went on is in the trail, which has an end for each line after the last look.
    await append('audit', {
      ...{ at: '2025-06-02T05:00:00.000Z', actor: { kind: 'learner' }, action: 'audit-read' },
      ...{ learnerId, subjects: [], details: [] },
    });
    later(27);
    await run();
    expect(JSON.stringify(await deletions.read(deletionId))).not.toContain(learnerId);
    expect(await receipt(deletionId)).toEqual(done);
    // What is on its way to somebody's mailbox is not kept: the receipt's own mail, and those to the address before it.
    const left = await everything('notices');
    for (const word of personal) expect(left).not.toContain(word);
    const logged = early + house.logged();
    for (const word of personal) expect(logged).not.toContain(word);
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'audit' }));
    const about = Items.filter((row) => row['learnerId'] === learnerId);
    expect(about.map((row) => row['action'])).toContain('audit-read');
    expect(about.filter(({ expiresAt }) => expiresAt === undefined)).toEqual([]);
  });

  it('one that waits for longer than it should is counted, for an alarm', async () => {
    const { learner, learnerId } = await newPerson();
    await bring(await leave(learner));
    later(1);
    await run();
    expect(house.logged()).not.toContain('DeletionsOverdue');
    later(25);
    await run();
    expect(house.logged()).toContain('"DeletionsOverdue":1');
    await endAccount(learnerId);
    later(1);
    await run();
    expect(house.logged()).not.toContain('DeletionsOverdue');
  });

  it('nothing about them begins any more, with whichever login', async () => {
    const { learnerId, learner, mentor } = await newPerson();
    await leave(learner);
    const record = await learners.readRecord(learnerId);
    expect(record).toMatchObject({ leaving: true, profile: { consent: { state: 'withdrawn' } } });
    expect(await learners.learnerIdOf(learner, learnerId)).toBeUndefined();
    const made = learners.createLearner(
      learner,
      'new@village.example',
      learnerId,
      profileOf(record),
      'at',
    );
    expect(await made).toBe(false);
    expect(mentor).toBeDefined();
  });

  it('edge case 35: it waits while a report concerns them, which the receipt does not tell, and goes on after', async () => {
    const { learnerId, learner } = await newPerson();
    await report(learnerId, true);
    const deletionId = await leave(learner);
    await bring(deletionId);
    const held = await receipt(deletionId);
    expect(held.steps[1]).toEqual({ step: 'mentoring', state: 'to-do' });
    expect(held).not.toHaveProperty('waitsFor');
    expect(await everything()).toContain(learnerId);
    await report(learnerId, false);
    later(1);
    await run();
    expect(await receipt(deletionId)).toMatchObject({ waitsFor: 'providers' });
  });

  it.each([
    ['identity', /"Delete".*"PROFILE"/, 'PROFILE'],
    ['documents', /"Delete".*"PAPER#/, 'PAPER#'],
    ['mentoring', /"Update".*REMOVE venue/, '하늘이네 집'],
  ] as const)(
    'edge case 35: a report that comes between the look and a write of %s keeps what would be deleted',
    async (step, write, kept) => {
      const { learnerId, learner } = await newPerson();
      const deletionId = await leave(learner);
      let came = false;
      house.cloud().disturb(async (operation, input) => {
        if (operation !== 'TransactWriteItems' || !write.test(JSON.stringify(input)) || came)
          return undefined;
        came = true;
        await report(learnerId, true);
        return undefined;
      });
      await bring(deletionId);
      await endAccount(learnerId);
      later(4);
      await run();
      house.cloud().disturb(undefined);
      expect(came).toBe(true);
      expect(await everything('privacy', 'notices')).toContain(kept);
      expect((await receipt(deletionId)).steps).toContainEqual({ step, state: 'to-do' });
      await report(learnerId, false);
      await endAccount(learnerId);
      later(2);
      await run();
      expect(await receipt(deletionId)).toMatchObject({ state: 'done' });
    },
  );

  it('edge case 35: a report in the middle stops it, also where no row is deleted', async () => {
    const { learnerId, learner } = await newPerson();
    await house.putFile(`clean/${learnerId}/paper`);
    const deletionId = await leave(learner);
    await bring(deletionId);
    await endAccount(learnerId);
    later(1);
    await run();
    expect(await receipt(deletionId)).toMatchObject({ waitsFor: 'files' });
    await report(learnerId, true);
    await house.deleteFiles();
    later(4);
    await run();
    const { steps: told } = await receipt(deletionId);
    expect(told.filter(({ state }) => state === 'done').map(({ step }) => step)).toEqual([
      ...['leaving', 'mentoring', 'ledger', 'enrolment', 'eligibility'],
    ]);
    expect(await learners.readRecord(learnerId)).toBeDefined();
    expect(pool.gone.has(learner)).toBe(false);
  });
});

describe('given a guardian', () => {
  it('a child is deleted at their wish, and nobody else is told of it', async () => {
    const { learnerId } = await newPerson();
    const mother = await addGuardian(learnerId, 'mother-1');
    const stranger = await ask('stranger', routes.deleteMe, { query: { learnerId } });
    expect(stranger).toMatchObject({ status: 404, body: { code: 'no-such-child' } });
    const deletionId = await leave(mother, learnerId);
    expect(await leave(mother, learnerId)).toBe(deletionId);
    const again = await ask('stranger', routes.deleteMe, { query: { learnerId } });
    expect(again).toMatchObject({ status: 404, body: { code: 'no-such-child' } });
    expect(await learners.learnerIdOf(mother, learnerId)).toBeUndefined();
  });

  it('a login goes alone, and its children stay with whoever else acts for them', async () => {
    const { learnerId } = await newPerson();
    const mother = await addGuardian(learnerId, 'mother-2');
    const deletionId = await leave(mother);
    await bring(deletionId);
    expect(await receipt(deletionId)).toMatchObject({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toMatchObject({ ownLogin: true });
    expect(await everything('notices')).not.toContain('mother-2@home.example');
  });
});

describe('given a restored copy', () => {
  it('edge case 37: what the ledger names is deleted again, without a mail and before anyone serves', async () => {
    const { learnerId, learner } = await newPerson();
    const before = await everything('notices');
    expect(before).toContain(learnerId);
    expect(await run({ learnerId })).toEqual({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toBeUndefined();
    expect(pool.gone.has(learner)).toBe(true);
    expect(await house.noticesTo(`${learner}@`)).toEqual([]);
    expect(await run({ learnerId })).toEqual({ state: 'done' });
  });

  it('a deletion that was under way begins anew, whatever its row says that was done', async () => {
    const { learnerId, learner } = await newPerson();
    const deletionId = await leave(learner);
    const seen = await deletions.read(deletionId);
    if (seen === undefined) throw new Error('there is no deletion');
    const until = now().add({ hours: 1 });
    const done = steps.slice(0, -1).map((step) => ({ step, at: seen.askedAt }));
    await transact([deletions.change({ ...seen, done }, until, now())]);
    expect(await run({ learnerId })).toEqual({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toBeUndefined();
    expect((await house.noticesTo(`${learner}@`)).join()).not.toContain('account-deleted');
  });
});

function profileOf(record: Awaited<ReturnType<typeof learners.readRecord>>) {
  if (record === undefined) throw new Error('the learner is gone');
  const { learnerId, consent, ...profile } = record.profile;
  return profile;
}
