import { beforeEach, describe, expect, it } from 'vitest';
import type { MentorId } from '../../functions/identity/contract.ts';
import type { MentorshipId } from '../../functions/mentoring/words.contract.ts';
import type { Sub } from '../../functions/runtime/caller.ts';
import { learnerClaims } from '../runtime/requests.ts';
import {
  ask,
  helper,
  openMatching,
  passes,
  proposedRound,
  publishRound,
  routes,
  startAnew,
} from './matches.ts';
import { newPair, type Pair, setTime, stores } from './mentorships.ts';
import { coordinator } from './office.ts';

const cloud = openMatching();
beforeEach(startAnew);

const by = (sub: Sub) => ({ claims: learnerClaims(sub) });
const asMentor = { as: 'mentor' };

/** The newest mentorship of a learner. */
async function newestOf({ learnerId }: Pair) {
  const [seen] = await stores.mentorships.listOf(learnerId);
  if (seen === undefined) throw new Error('there is one');
  return seen.mentorship;
}

/** Where the sessions are that a learner can still have, and how many. */
async function remains(pair: Pair) {
  const { state, budget } = await newestOf(pair);
  if (state !== 'ended') return [state, budget.left];
  const seen = await stores.requests.read(pair.learnerId);
  return [seen?.request.state, seen?.kept.carries?.sessions];
}

/** Nine of sixteen are used up and the tenth has begun when the mentor leaves: six go on. */
async function left() {
  const pair = await newPair({ budget: { granted: 16, used: 9, left: 7 } });
  const params = { mentorshipId: pair.mentorshipId };
  const body = { start: '2025-06-09T07:00:00Z' };
  const booked = await ask(by(pair.learner), routes.bookSessions, { params, body });
  const [session] = routes.bookSessions.answers.body.parse(booked.body).sessions;
  if (session === undefined) throw new Error('it was booked');
  setTime('2025-06-09T07:40:00Z');
  await ask(by(pair.mentor), routes.leaveMentorship, { params, query: asMentor });
  expect(await remains(pair)).toEqual(['open', 6]);
  const { sessionId } = session;
  const isGivenBack = () =>
    ask(by(pair.mentor), routes.tellOutcome, {
      params: { ...params, sessionId },
      body: { outcome: 'mentor-no-show' },
    });
  return { pair, isGivenBack };
}

const newMatch = async () => {
  const office = await coordinator();
  await publishRound(office, await proposedRound(office));
};
const answer = (sub: Sub, mentorshipId: MentorshipId, as: string, wish: string) =>
  ask(by(sub), routes.answerOffer, {
    params: { mentorshipId },
    query: { as },
    body: { answer: wish },
  });
async function accepted(pair: Pair, mentor: Sub) {
  const { mentorshipId } = await newestOf(pair);
  await answer(pair.learner, mentorshipId, 'learner', 'accept');
  await answer(mentor, mentorshipId, 'mentor', 'accept');
  return mentorshipId;
}
const handedTo = async (mentorshipId: MentorshipId, mentorId: MentorId) =>
  ask(await coordinator(), routes.handOverMentorship, {
    params: { mentorshipId },
    body: { mentorId },
  });

type Between = (pair: Pair) => Promise<unknown>;

describe('edge case 28: given a session that is given back when its mentorship has ended', () => {
  it.each<[string, Between, string]>([
    ['nobody else is found yet: the learner waits with it', async () => {}, 'open'],
    [
      'another mentor is offered: it is offered too',
      async () => {
        await helper();
        await newMatch();
      },
      'offered',
    ],
    [
      'that offer is declined: the learner waits with it',
      async (pair) => {
        await helper();
        await newMatch();
        await answer(pair.learner, (await newestOf(pair)).mentorshipId, 'learner', 'decline');
      },
      'open',
    ],
    [
      'that offer lapses: the learner waits with it',
      async () => {
        await helper();
        await newMatch();
        setTime('2025-06-15T00:00:00Z');
        await passes();
      },
      'open',
    ],
    [
      'the next mentorship goes on',
      async (pair) => {
        const { sub } = await helper();
        await newMatch();
        await accepted(pair, sub);
      },
      'active',
    ],
    [
      'that one was handed on, and goes on',
      async (pair) => {
        const { sub } = await helper();
        await newMatch();
        const second = await accepted(pair, sub);
        const third = await helper();
        await handedTo(second, third.mentorId);
        await accepted(pair, third.sub);
      },
      'active',
    ],
    [
      'that one was handed on, and who was named declines',
      async (pair) => {
        const { sub } = await helper();
        await newMatch();
        const second = await accepted(pair, sub);
        const third = await helper();
        await handedTo(second, third.mentorId);
        await answer(third.sub, (await newestOf(pair)).mentorshipId, 'mentor', 'decline');
      },
      'open',
    ],
  ])('and %s', async (_what, between, where) => {
    const { pair, isGivenBack } = await left();
    await between(pair);
    expect(await remains(pair)).toEqual([where, 6]);
    expect((await isGivenBack()).status).toBe(200);
    expect(await remains(pair)).toEqual([where, 7]);
    const first = await stores.mentorships.read(pair.mentorshipId);
    expect(first?.mentorship.budget).toEqual({ granted: 15, used: 9, left: 6 });
  });

  it('and another mentor is offered at that very moment: it is offered too, and counted once', async () => {
    const { pair, isGivenBack } = await left();
    await helper();
    cloud().disturb(async (operation, input) => {
      const isIt = operation === 'TransactWriteItems' && JSON.stringify(input).includes('no-show');
      if (!isIt) return undefined;
      cloud().disturb(undefined);
      await newMatch();
      return undefined;
    });
    expect((await isGivenBack()).status).toBe(200);
    expect(await remains(pair)).toEqual(['offered', 7]);
    const request = await stores.requests.read(pair.learnerId);
    expect(request?.kept.carries?.sessions).toBe(6);
  });
});
