import { describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { type Note, NoteId } from '../../functions/mentoring/note.contract.ts';
import { noteStore } from '../../functions/mentoring/note.store.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import {
  ask,
  newMentor,
  newPair,
  openMentoring,
  type Pair,
  routes,
  setTime,
  staffAsks,
} from './mentorships.ts';

openMentoring();

const plan = { goals: 'Fractions by summer.', steps: [{ what: 'Chapter 3', done: false }] };
const parts = { forLearner: 'Well done.', forMentor: 'Slower.', forCoordinator: 'Tired.' };

const mentors = { as: 'mentor' } as const;
const write = (pair: Pair, body: object = parts) =>
  ask(pair, routes.writeNote, { ...mentors, body });
/** The parts of all notes, as one side reads them. */
async function readBy(pair: Pair, as: 'learner' | 'mentor') {
  const { body } = await ask(pair, routes.listNotes, { as });
  return routes.listNotes.answers.body.parse(body).notes.map(wordsOf);
}
const wordsOf = ({ forLearner, forMentor, forCoordinator }: Note) =>
  [forLearner, forMentor, forCoordinator].filter((words) => words !== undefined).join(' ');

describe('given a learning plan', () => {
  it('when both sides change the same version at once, one does and the other is told', async () => {
    const pair = await newPair();
    const first = await ask(pair, routes.writePlan, { body: plan });
    expect(first).toMatchObject({ status: 200, body: { ...plan, writtenBy: 'learner' } });
    const answers = await Promise.all(
      (['learner', 'mentor'] as const).map((as) => {
        const body = { ...plan, goals: `As the ${as} wants it.` };
        return ask(pair, routes.writePlan, { as, body, ifMatch: '"1"' });
      }),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    const now = await ask(pair, routes.readPlan, mentors);
    expect(now.headers['etag']).toBe('"2"');
    expect(now.body).toEqual(answers.find(({ status }) => status === 200)?.body);
  });

  it('when the same is sent again, it is answered the same; another without If-Match is stale', async () => {
    const pair = await newPair();
    const first = await ask(pair, routes.writePlan, { body: plan });
    expect(await ask(pair, routes.writePlan, { body: plan })).toEqual(first);
    const other = await ask(pair, routes.writePlan, { body: { ...plan, goals: 'Else.' } });
    expect(other).toMatchObject({ status: 412, body: { code: 'stale' } });
  });
});

describe('given a note with a part for each reader', () => {
  it('each reads what is theirs, the newest first', async () => {
    const pair = await newPair();
    expect(await write(pair)).toMatchObject({ status: 201, body: parts });
    setTime('2025-06-02T00:00:01Z');
    await write(pair, { forMentor: 'Bring the book.' });
    expect(await readBy(pair, 'learner')).toEqual(['Well done.']);
    expect(await readBy(pair, 'mentor')).toEqual(['Bring the book.', 'Well done. Slower. Tired.']);
    const { body } = await staffAsks(pair, routes.readMentorshipFile);
    const file = routes.readMentorshipFile.answers.body.parse(body);
    expect(file.notes.map(wordsOf)).toEqual(['Well done. Tired.']);
    const { entries } = await auditStore('audit').listOfLearner(pair.learnerId, 10, undefined);
    expect(entries.map(({ action }) => action)).toEqual(['mentorship-file-read']);
  });

  it('when it is sent twice, it is one', async () => {
    const pair = await newPair();
    const sent = { body: parts, key: 'one-and-the-same' };
    const [one, two] = [
      await ask(pair, routes.writeNote, { ...mentors, ...sent }),
      await ask(pair, routes.writeNote, { ...mentors, ...sent }),
    ];
    expect(two).toEqual(one);
    expect(await readBy(pair, 'mentor')).toHaveLength(1);
  });

  it('others find nothing, and learners write none', async () => {
    const [pair, other] = [await newPair(), await newPair()];
    const stranger = { ...other, mentorshipId: pair.mentorshipId };
    const nothing = { status: 404, body: { code: 'no-such-mentorship' } };
    expect(await write(stranger)).toMatchObject(nothing);
    for (const as of ['learner', 'mentor'] as const) {
      expect(await ask(stranger, routes.listNotes, { as })).toMatchObject(nothing);
      expect(await ask(stranger, routes.readPlan, { as })).toMatchObject(nothing);
    }
    const learner = { ...pair, mentor: pair.learner };
    expect(await write(learner)).toMatchObject({ status: 404, body: { code: 'not-a-mentor' } });
  });

  it('about a session, it has to be one of the mentorship', async () => {
    const pair = await newPair();
    const body = { ...parts, sessionId: 'ses_3k9d7p2mx5t8w0qz6r4hvc1jbn' };
    expect(await write(pair, body)).toMatchObject({
      status: 404,
      body: { code: 'no-such-session' },
    });
  });
});

describe('edge case 28: given a mentor who leaves', () => {
  it('their access to plan and notes ends at once, the next has none; the learner keeps both', async () => {
    const pair = await newPair();
    await ask(pair, routes.writePlan, { body: plan });
    await write(pair);
    await ask(pair, routes.leaveMentorship, mentors);
    const next = await newPair({ continues: pair.mentorshipId }, await newMentor());
    const successor = { ...next, mentorshipId: pair.mentorshipId };
    const nothing = { status: 404, body: { code: 'no-such-mentorship' } };
    for (const one of [pair, successor]) {
      expect(await ask(one, routes.listNotes, mentors)).toMatchObject(nothing);
      expect(await ask(one, routes.readPlan, mentors)).toMatchObject(nothing);
      expect(await write(one)).toMatchObject(nothing);
    }
    expect(await ask(next, routes.readPlan, mentors)).toMatchObject({ body: { code: 'no-plan' } });
    expect(await readBy(pair, 'learner')).toEqual(['Well done.']);
    expect(await ask(pair, routes.readPlan)).toMatchObject({ status: 200, body: plan });
    const late = await ask(pair, routes.writePlan, { body: plan, ifMatch: '"1"' });
    expect(late).toMatchObject({ status: 409, body: { code: 'notes-closed' } });
  });

  it('a note whose mentorship ends while it is written is not kept', async () => {
    const pair = await newPair();
    await ask(pair, routes.leaveMentorship, mentors);
    const notes = noteStore('mentoring');
    const note = { noteId: newId(NoteId, 'nte'), at: '2025-06-02T00:00:00.000Z', ...parts };
    const written = await transact(notes.createNote(pair.mentorshipId, note));
    expect(written).toEqual({ done: false, failed: [1] });
  });
});

describe('given a mentorship that is held', () => {
  it('edge case 2: nothing is written while consent is missing', async () => {
    const pair = await newPair({ state: 'paused', pausedBecause: 'consent' });
    const closed = { status: 409, body: { code: 'notes-closed' } };
    expect(await write(pair)).toMatchObject(closed);
    expect(await ask(pair, routes.writePlan, { body: plan })).toMatchObject(closed);
  });

  it('edge case 2: nor before it is held, from the moment at which consent is taken back', async () => {
    const pair = await newPair();
    const identity = identityStore('identity');
    const record = await identity.readRecord(pair.learnerId);
    if (record === undefined) throw new Error('the learner has a profile');
    const profile = { ...record.profile, consent: { state: 'withdrawn' as const } };
    await transact([identity.putRecord({ ...record, profile }, undefined)]);
    const closed = { status: 409, body: { code: 'notes-closed' } };
    expect(await write(pair)).toMatchObject(closed);
    expect(await ask(pair, routes.writePlan, { body: plan })).toMatchObject(closed);
  });

  it('edge case 35: nothing is changed, whatever it is held for: only then would tell the accused', async () => {
    const pair = await newPair({ state: 'paused', pausedBecause: 'asked' });
    const closed = { status: 409, body: { code: 'notes-closed' } };
    expect(await write(pair)).toMatchObject(closed);
    const notes = noteStore('mentoring');
    const note = { noteId: newId(NoteId, 'nte'), at: '2025-06-02T00:00:00.000Z', ...parts };
    const written = await transact(notes.createNote(pair.mentorshipId, note));
    expect(written).toEqual({ done: false, failed: [1] });
    const feedback = { score: 5, writtenAt: '2025-06-02T00:00:00.000Z' };
    const given = await transact(notes.putFeedback(pair.mentorshipId, 'learner', feedback));
    expect(given).toEqual({ done: false, failed: [1] });
  });

  it('edge case 35: a suspended mentor neither reads nor writes', async () => {
    const pair = await newPair({}, await newMentor({ state: 'suspended' }));
    const suspended = { status: 409, body: { code: 'mentor-suspended' } };
    expect(await write(pair)).toMatchObject(suspended);
    expect(await ask(pair, routes.listNotes, mentors)).toMatchObject(suspended);
    expect(await ask(pair, routes.readPlan, mentors)).toMatchObject(suspended);
  });
});

describe('given feedback of both sides', () => {
  const give = (pair: Pair, as: 'learner' | 'mentor', score: number) =>
    ask(pair, routes.writeFeedback, { as, body: { score, words: `The ${as} says ${score}.` } });

  it('each reads their own, coordinators both; it can be changed for 30 days after the end', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair();
    await give(pair, 'learner', 2);
    await ask(pair, routes.leaveMentorship, mentors);
    expect(await ask(pair, routes.readFeedback, mentors)).toMatchObject({
      status: 404,
      body: { code: 'no-feedback' },
    });
    setTime('2025-07-02T14:59:59Z');
    expect(await give(pair, 'learner', 5)).toMatchObject({ status: 200 });
    expect(await give(pair, 'mentor', 4)).toMatchObject({ status: 200 });
    setTime('2025-07-02T15:00:00Z');
    expect(await give(pair, 'learner', 1)).toMatchObject({
      status: 409,
      body: { code: 'feedback-closed' },
    });
    const own = await ask(pair, routes.readFeedback);
    expect(own).toMatchObject({ body: { score: 5, words: 'The learner says 5.' } });
    expect(await staffAsks(pair, routes.readMentorshipFile)).toMatchObject({
      body: { feedback: { learner: { score: 5 }, mentor: { score: 4 } } },
    });
  });

  it('nobody gives it on a match that has not begun', async () => {
    const pair = await newPair({ state: 'offered', from: undefined, until: undefined });
    expect(await give(pair, 'learner', 1)).toMatchObject({ body: { code: 'feedback-closed' } });
  });
});
