import { describe, expect, it } from 'vitest';
import { identityStore } from '../../functions/identity/store.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { holdStore } from '../../functions/mentoring/hold.store.ts';
import { rowsOf } from '../../functions/runtime/erasing.ts';
import { concern } from '../mentoring/concerned.ts';
import { newPair, type Pair, stores } from '../mentoring/mentorships.ts';
import { member } from '../mentoring/reports.ts';
import { carveOut } from './carved.ts';
import { ask, leave, openHouse, run } from './house.ts';
import { newPerson, openReport, report } from './persons.ts';

openHouse('no');
const learners = identityStore('identity');
const holds = holdStore('mentoring');

const exported = '2025-06-02T00:00:00.000Z';
const enteredAt = '2025-06-08T03:00:00.000Z';
const later = '2025-06-09T00:00:00.000Z';

const ofLearner = ({ learnerId, learner }: Pair) => ({ learnerId, sub: learner, enteredAt });
const ofMentor = ({ mentorId, mentor }: Pair) => ({ mentorId, sub: mentor, enteredAt });

describe('edge case 37: a mentor who deleted their account after the export, with a mentorship that goes on', () => {
  it('is deleted again where their rows were left out: the learner waits for another, with the sessions that remain', async () => {
    const person = await newPerson();
    await carveOut(ofMentor(person));
    expect(await stores.mentors.read(person.mentorId)).toBeUndefined();
    expect(await run(ofMentor(person))).toEqual({ state: 'done' });
    const seen = await stores.mentorships.read(person.mentorshipId);
    expect(seen?.mentorship).toMatchObject({ state: 'ended', endedBecause: 'mentor-left' });
    const [session] = await stores.sessions.listOf(person.mentorshipId);
    expect(session?.session).toMatchObject({ state: 'cancelled' });
    expect((await stores.requests.read(person.learnerId))?.request.state).toBe('open');
    expect(await rowsOf('mentoring', `MENTOR#${person.mentorId}`)).toEqual([]);
  });

  it('given that the learner is deleted by the job, before: their mentorship ends all the same', async () => {
    const person = await newPerson();
    await carveOut(ofMentor(person));
    expect(await run(ofLearner(person))).toEqual({ state: 'done' });
    expect(await run(ofMentor(person))).toEqual({ state: 'done' });
    expect(await rowsOf('mentoring', `MENTOR#${person.mentorId}`)).toEqual([]);
  });
});

describe('edge case 35: a report that came after the entry, in an export from after both', () => {
  it('about a learner whose deletion waited for a provider: what it holds is there, and goes after the decision', async () => {
    const person = await newPerson();
    const { learnerId, mentorshipId } = person;
    await leave(person.learner);
    await openReport({ about: { kind: 'learner', learnerId }, mentorshipId }, [learnerId], later);
    await carveOut(ofLearner(person));
    expect(await run(ofLearner(person))).toEqual({ state: 'waits' });
    expect(await learners.readRecord(learnerId)).toMatchObject({ leaving: true });
    expect(await holds.isHeld(learnerId)).toBe(true);
    expect(await stores.mentorships.read(mentorshipId)).toBeDefined();
    await report(learnerId, false);
    expect(await run(ofLearner(person))).toEqual({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toBeUndefined();
  });

  it('about a mentor: the same', async () => {
    const person = await newPerson();
    const { mentorId } = person;
    await openReport({ about: { kind: 'mentor', mentorId } }, [mentorId], later);
    await carveOut(ofMentor(person));
    expect(await run(ofMentor(person))).toEqual({ state: 'waits' });
    expect(await stores.mentors.read(mentorId)).toBeDefined();
  });

  it('from before the entry: it was decided there, and their rows are left out', async () => {
    const person = await newPerson();
    const { learnerId } = person;
    await openReport({ about: { kind: 'learner', learnerId } }, [learnerId], exported);
    await carveOut(ofLearner(person));
    expect(await learners.readRecord(learnerId)).toBeUndefined();
    expect(await holds.isHeld(learnerId)).toBe(false);
  });
});

describe('edge case 35: a hold of which nothing is open', () => {
  it('of the other side of a mentorship that was left out: after the decision their deletion does not wait', async () => {
    const person = await newPerson();
    const { learnerId, mentorId, mentorshipId } = person;
    const about = { kind: 'learner', learnerId } as const;
    const reportId = await openReport({ about, mentorshipId }, [learnerId, mentorId], exported);
    // Of another mentorship words are to be forgotten too.
    await newPair({}, person);
    await carveOut(ofLearner(person));
    expect(await run({ mentorId, sub: person.mentor })).toEqual({ state: 'waits' });
    const { claims } = await member('safeguarding-lead', 'river');
    const body = { outcome: 'dismissed', reason: 'Nothing of it was so.' };
    const sent = { claims, params: { reportId }, body };
    const answer = await ask(undefined, mentoring.routes.decideReport, sent, 'mentoring/api');
    expect(answer.status).toBe(200);
    expect(await run({ mentorId, sub: person.mentor })).toEqual({ state: 'done' });
    expect(await stores.mentors.read(mentorId)).toBeUndefined();
  });

  it('of a report that stayed with the host: nobody can decide it here, and nothing waits for it', async () => {
    const person = await newPerson();
    const { learnerId } = person;
    await concern(learnerId, 'elsewhere');
    expect(await run({ learnerId })).toEqual({ state: 'done' });
    expect(await learners.readRecord(learnerId)).toBeUndefined();
  });
});
