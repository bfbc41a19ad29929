import { describe, expect, it } from 'vitest';
import { Sub } from '../../functions/runtime/caller.ts';
import { learnerClaims } from '../runtime/requests.ts';
import { newMentor, newPair, type Pair, stores } from './mentorships.ts';
import {
  ask,
  decide,
  fiveMinutesLater,
  learnerOf,
  member,
  mentorOf,
  openReports,
  receiptOf,
  report,
  routes,
  standing,
  stopped,
} from './reports.ts';

openReports();

const of = ({ mentorshipId }: Pair) => ({ params: { mentorshipId } });
const asMentor = { query: { as: 'mentor' } };

/** A mentorship whose mentor reported its learner: the mentor is not suspended by that, nor told more than the learner. */
async function accusedLearner(pair: Pair) {
  const about = { kind: 'learner', learnerId: pair.learnerId };
  const body = { about, words: 'The learner threatened somebody.' };
  return receiptOf(await ask(mentorOf(pair), routes.makeReport, { body, ...asMentor }));
}

describe('edge case 35: given a mentorship that a report has paused', () => {
  it('whoever asks for more sessions, or leaves, is not told that there is one, nor who declined and why', async () => {
    const pair = await newPair({ declined: { by: 'mentor', reason: 'Too far.' } });
    await accusedLearner(pair);
    const key = 'an-intent-of-the-accused';
    const asking = { ...of(pair), body: { reason: 'Two chapters are left.' }, key };
    const answers = [
      await ask(learnerOf(pair), routes.askForExtension, asking),
      await ask(learnerOf(pair), routes.askForExtension, asking),
      await ask(learnerOf(pair), routes.leaveMentorship, of(pair)),
    ];
    const paused = { status: 200, body: { state: 'paused', pausedBecause: 'asked' } };
    expect(answers).toMatchObject([paused, paused, { status: 200 }]);
    expect(JSON.stringify(answers)).not.toMatch(/safeguarding|Too far/);
  });

  it('coordinators see that the rules hold it, and can act, but not why', async () => {
    const pair = await newPair();
    const office = await member('coordinator');
    const asked = { ...of(pair), body: { reason: 'Two chapters are left.' } };
    await ask(learnerOf(pair), routes.askForExtension, asked);
    await accusedLearner(pair);
    const answers = [
      await ask(office, routes.readMentorship, of(pair)),
      await ask(office, routes.resumeMentorship, of(pair)),
      await ask(office, routes.decideExtension, { ...of(pair), body: { outcome: 'refused' } }),
      await ask(office, routes.endMentorship, { ...of(pair), body: { waits: false } }),
    ];
    expect(answers).toMatchObject([
      { status: 200, body: { state: 'paused', pausedBecause: 'rules' } },
      { status: 409, body: { code: 'held-by-rules' } },
      { status: 200, body: { pausedBecause: 'rules' } },
      { status: 200, body: { endedBecause: 'coordinator' } },
    ]);
    expect(JSON.stringify(answers)).not.toContain('safeguarding');
  });

  it('and that another ended, as if the rules had', async () => {
    const pair = await newPair();
    await decide(await member('safeguarding-lead'), receiptOf(await report(pair)), 'upheld');
    await fiveMinutesLater();
    const office = await member('coordinator');
    const { body } = await ask(office, routes.readMentorship, of(pair));
    expect(body).toMatchObject({ state: 'ended', endedBecause: 'rules' });
  });

  it.each([
    ['first about the mentor', 'mentor'],
    ['first about the learner', 'learner'],
  ] as const)(
    'two reports, %s, keep why it was paused before, in whatever order they are decided',
    async (_which, first) => {
      const lead = await member('safeguarding-lead');
      for (const order of ['as they came', 'the other way round']) {
        const pair = await newPair({
          ...{ state: 'paused', pausedBecause: 'asked', pausedAt: '2025-06-02T00:00:00.000Z' },
        });
        const made = {
          mentor: async () => receiptOf(await report(pair)),
          learner: () => accusedLearner(pair),
        };
        const second = first === 'mentor' ? 'learner' : 'mentor';
        // A suspended mentor still reports.
        const ids = [await made[first](), await made[second]()];
        for (const id of order === 'as they came' ? ids : ids.toReversed()) {
          await decide(lead, id, 'dismissed');
          await fiveMinutesLater();
        }
        expect(await standing(pair)).toEqual({ ...stopped, mentor: 'selected', because: 'asked' });
      }
    },
  );

  it('nobody changes what is written in it: no plan, note nor feedback', async () => {
    const pair = await newPair();
    const learner = learnerOf(pair);
    const plan = { goals: 'Fractions by summer.', steps: [] };
    const feedback = { ...of(pair), body: { score: 1, words: 'He is always late.' } };
    await ask(learner, routes.writePlan, { ...of(pair), body: plan });
    await ask(mentorOf(pair), routes.writeFeedback, { ...feedback, ...asMentor });
    await accusedLearner(pair);
    const closed = { status: 409, body: { code: 'notes-closed' } };
    const note = { ...of(pair), body: { forLearner: 'Well done.' } };
    expect(await ask(learner, routes.writePlan, { ...of(pair), body: plan })).toMatchObject(closed);
    expect(await ask(mentorOf(pair), routes.writeNote, note)).toMatchObject(closed);
    const notTaken = { status: 409, body: { code: 'feedback-closed' } };
    expect(await ask(learner, routes.writeFeedback, feedback)).toMatchObject(notTaken);
    const over = await newPair();
    await ask(learnerOf(over), routes.writeFeedback, { ...feedback, ...of(over) });
    await ask(learnerOf(over), routes.leaveMentorship, of(over));
    await accusedLearner(over);
    const better = { ...of(over), body: { score: 5 } };
    expect(await ask(learnerOf(over), routes.writeFeedback, better)).toMatchObject(notTaken);
  });
});

describe('edge case 35: given a suspended mentor', () => {
  it('they replace no feedback, read no sessions, and see no more with whom they are', async () => {
    const by = await newMentor();
    const pair = await newPair({}, by);
    const mentor = mentorOf(pair);
    const list = async () => {
      const { body } = await ask(mentor, routes.listMyMentorships, asMentor);
      return routes.listMyMentorships.answers.body.parse(body).mentorships;
    };
    expect(await list()).toMatchObject([{ with: { name: '김하늘' } }]);
    await report(pair);
    const suspended = { status: 409, body: { code: 'mentor-suspended' } };
    const feedback = { ...of(pair), ...asMentor, body: { score: 5 } };
    expect(await ask(mentor, routes.writeFeedback, feedback)).toMatchObject(suspended);
    const sessions = { ...of(pair), ...asMentor };
    expect(await ask(mentor, routes.listSessions, sessions)).toMatchObject(suspended);
    expect((await list()).map((one) => one.with)).toEqual([undefined]);
    const one = await ask(mentor, routes.readMyMentorship, sessions);
    expect(JSON.stringify(one.body)).not.toContain('김하늘');
  });
});

describe('edge case 35: given a login that is neither learner nor mentor', () => {
  const nobody = { claims: learnerClaims(Sub.parse('a-former-guardian')) };
  it.each(['learner', 'mentor'])('it reports all the same, asked as a %s', async (as) => {
    const pair = await newPair();
    const about = { kind: 'mentor', mentorId: pair.mentorId };
    const body = { about, words: 'He waits for her at the gate.' };
    const answer = await ask(nobody, routes.makeReport, { body, query: { as } });
    expect(answer.status).toBe(201);
    expect(await standing(pair)).toEqual(stopped);
    const lead = await member('safeguarding-lead');
    const params = { reportId: receiptOf(answer) };
    const { body: read } = await ask(lead, routes.readReport, { params });
    expect(read).toMatchObject({ reporter: { kind: 'login', sub: 'a-former-guardian' } });
    expect((await decide(lead, receiptOf(answer), 'dismissed')).status).toBe(200);
  });

  it('it names no mentorship of somebody else', async () => {
    const { mentorshipId, mentorId } = await newPair();
    const about = { kind: 'mentor', mentorId };
    const body = { about, words: 'He waits for her.', mentorshipId };
    expect(await ask(nobody, routes.makeReport, { body })).toMatchObject({
      status: 404,
      body: { code: 'no-such-mentorship' },
    });
    expect((await stores.mentors.read(mentorId))?.mentor.state).toBe('selected');
  });
});
