import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MentorshipId } from '../../functions/mentoring/words.contract.ts';
import { runs } from '../runs.ts';
import { delayedReads, seeded } from '../runtime/disturbances.ts';
import {
  ask,
  changeMentor,
  helper,
  menteesOf,
  openMatching,
  pairsOf,
  passes,
  proposedRound,
  publishRound,
  routes,
  startAnew,
  turnConsent,
  waiting,
} from './matches.ts';
import { setTime, stores } from './mentorships.ts';
import { coordinator } from './office.ts';

const cloud = openMatching();
beforeEach(startAnew);

/** A match of a learner and a mentor, offered to both until Saturday 7 June. */
async function offered(approval: object = {}) {
  const office = await coordinator();
  // Who takes one learner only is not matched with that of another offer.
  const mentor = await helper({ capacity: 1 });
  const [learner] = await waiting(1, {}, 'river', approval);
  if (learner === undefined) throw new Error('somebody waits');
  await publishRound(office, await proposedRound(office));
  const [seen] = await stores.mentorships.listOf(learner.learnerId);
  if (seen?.mentorship.mentorId !== mentor.mentorId) throw new Error('they are matched');
  const { mentorshipId } = seen.mentorship;
  const request = async () => (await stores.requests.read(learner.learnerId))?.request;
  const kept = async () => (await stores.requests.read(learner.learnerId))?.kept;
  return { office, mentor, learner, mentorshipId, request, kept };
}
type Offered = Awaited<ReturnType<typeof offered>>;

const answer = (
  { learner, mentor, mentorshipId }: Omit<Offered, 'office' | 'request' | 'kept'>,
  as: 'learner' | 'mentor',
  body: object = { answer: 'accept' },
) =>
  ask(as === 'learner' ? learner : mentor, routes.answerOffer, {
    params: { mentorshipId },
    query: { as },
    body,
  });

const stateOf = async (mentorshipId: MentorshipId) =>
  (await stores.mentorships.read(mentorshipId))?.mentorship;

describe('given a match that is offered', () => {
  it('accepted by both it begins today, for the weeks of the policy', async () => {
    const match = await offered();
    expect(await answer(match, 'mentor')).toMatchObject({
      status: 200,
      body: { state: 'offered', offer: { mentor: 'accepted', learner: 'open' } },
    });
    const { body } = await answer(match, 'learner');
    expect(body).toMatchObject({
      state: 'active',
      from: '2025-06-02',
      until: '2025-07-27',
      budget: { granted: 16, used: 0, left: 16 },
    });
    expect(await match.request()).toMatchObject({ state: 'matched' });
    expect(await menteesOf(match.mentor.mentorId)).toBe(1);
    // Once more is the same.
    expect(await answer(match, 'learner')).toMatchObject({ status: 200, body });
  });

  it('accepted by both at once it begins once', async () => {
    const match = await offered();
    cloud().disturb(delayedReads(seeded(4), 20));
    const answers = await Promise.all([answer(match, 'learner'), answer(match, 'mentor')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await stateOf(match.mentorshipId)).toMatchObject({ state: 'active' });
    expect(await match.request()).toMatchObject({ state: 'matched' });
  });

  it.each(['learner', 'mentor'] as const)(
    'declined by the %s the request waits again at its place, never for the same mentor',
    async (side) => {
      const match = await offered();
      const since = (await match.request())?.since;
      await answer(match, side === 'learner' ? 'mentor' : 'learner');
      const body = { answer: 'decline', reason: 'The times do not fit.' };
      const answered = await answer(match, side, body);
      expect(answered).toMatchObject({ status: 200, body: { endedBecause: 'declined' } });
      expect(JSON.stringify(answered.body)).not.toContain('times do not fit');
      expect(await match.request()).toMatchObject({ state: 'open', since });
      expect(await match.kept()).toMatchObject({ refused: [match.mentor.mentorId] });
      expect(await menteesOf(match.mentor.mentorId)).toBe(0);
      expect(await pairsOf(match.office, await proposedRound(match.office))).toEqual([]);
      const params = { mentorshipId: match.mentorshipId };
      expect(await ask(match.office, routes.readMentorship, { params })).toMatchObject({
        body: { declined: { by: side, reason: 'The times do not fit.' } },
      });
      expect(await answer(match, side, body)).toMatchObject({ status: 200 });
      expect(await answer(match, side)).toMatchObject({
        status: 409,
        body: { code: 'offer-answered' },
      });
    },
  );

  it('it lapses at the end of its last day, and nobody accepts it then', async () => {
    const match = await offered();
    await answer(match, 'mentor');
    setTime('2025-06-07T14:59:00Z');
    await passes();
    expect(await stateOf(match.mentorshipId)).toMatchObject({ state: 'offered' });
    setTime('2025-06-07T15:00:00Z');
    expect(await answer(match, 'learner')).toMatchObject({
      status: 409,
      body: { code: 'match-lapsed' },
    });
    await passes();
    await passes();
    expect(await stateOf(match.mentorshipId)).toMatchObject({ endedBecause: 'offer-lapsed' });
    expect(await match.request()).toMatchObject({ state: 'open' });
    expect(await menteesOf(match.mentor.mentorId)).toBe(0);
  });

  it('the learner changes or withdraws the request only after answering', async () => {
    const match = await offered();
    const refused = { status: 409, body: { code: 'match-offered' } };
    expect(await ask(match.learner, routes.withdrawRequest)).toMatchObject(refused);
    await answer(match, 'learner');
    await answer(match, 'mentor');
    expect(await ask(match.learner, routes.withdrawRequest)).toMatchObject({
      status: 409,
      body: { code: 'mentorship-running' },
    });
  });

  it.each([
    [
      'edge case 33: with a household that has become known since',
      'same-household',
      async ({ mentor, kept }: Offered) =>
        changeMentor(mentor.mentorId, {}, (await kept())?.marks ?? []),
    ],
    [
      'edge case 34: with a background check that has ended',
      'mentor-not-available',
      ({ mentor }: Offered) => changeMentor(mentor.mentorId, { checkUntil: '2025-06-01' }),
    ],
    [
      'edge case 35: with a mentor who is suspended',
      'mentor-not-available',
      ({ mentor }: Offered) => changeMentor(mentor.mentorId, { state: 'suspended' }),
    ],
  ] as const)('%s nobody accepts it', async (_what, code, happens) => {
    const match = await offered();
    await answer(match, 'mentor');
    await happens(match);
    expect(await answer(match, 'learner')).toMatchObject({ status: 422, body: { code } });
    expect(await stateOf(match.mentorshipId)).toMatchObject({ state: 'offered' });
  });

  it.each([
    [
      'a conflict is declared',
      'match-not-possible',
      async ({ office, mentor, learner }: Offered) => {
        const params = { mentorId: mentor.mentorId, learnerId: learner.learnerId };
        await ask(office, routes.declareConflict, { params });
      },
    ],
    [
      'edge case 35: the learner is reported',
      'match-not-possible',
      async ({ learner }: Offered) => {
        const [stranger] = await waiting(1);
        if (stranger === undefined) throw new Error('somebody else waits');
        const about = { kind: 'learner', learnerId: learner.learnerId };
        const body = { about, words: 'They wrote to me at night.' };
        expect(await ask(stranger, routes.makeReport, { body })).toMatchObject({ status: 201 });
      },
    ],
    [
      'edge case 2: consent is taken back',
      'consent-required',
      ({ learner }: Offered) => turnConsent(learner.learnerId, 'withdrawn'),
    ],
    ['the approval ends', 'approval-expired', async () => setTime('2025-06-03T00:00:00Z')],
  ] as const)('when %s nobody accepts it, and no mentor is told why', async (...row) => {
    const [, code, happens] = row;
    const match = await offered({ validUntil: '2025-06-02' });
    const half = await offered({ validUntil: '2025-06-02' });
    await answer(half, 'mentor');
    for (const one of [match, half]) await happens(one);
    const neutral = { status: 422, body: { code: 'match-not-possible' } };
    expect(await answer(match, 'mentor')).toMatchObject(neutral);
    for (const one of [match, half])
      expect(await answer(one, 'learner')).toMatchObject({ status: 422, body: { code } });
    expect(await answer(match, 'mentor', { answer: 'decline' })).toMatchObject({ status: 200 });
  });

  it('edge case 35: nobody accepts a mentor who is suspended at the last moment', async () => {
    const match = await offered();
    let suspended = false;
    cloud().disturb(async (operation) => {
      if (operation !== 'TransactWriteItems' || suspended) return undefined;
      suspended = true;
      await cloud().ask('UpdateItem', {
        TableName: 'mentoring',
        Key: { pk: { S: `MENTOR#${match.mentor.mentorId}` }, sk: { S: 'MENTOR' } },
        UpdateExpression: 'SET #state = :suspended',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':suspended': { S: 'suspended' } },
      });
      return undefined;
    });
    const body = { code: 'mentor-not-available' };
    expect(await answer(match, 'learner')).toMatchObject({ status: 422, body });
  });
});

describe('given mentorships', () => {
  it('each side learns of the other the name and language, of the learner the stage, and no more', async () => {
    const match = await offered();
    const params = { mentorshipId: match.mentorshipId };
    const seenBy = async (as: 'learner' | 'mentor') =>
      routes.readMyMentorship.answers.body.parse(
        (await ask(match[as], routes.readMyMentorship, { params, query: { as } })).body,
      ).with;
    expect(await seenBy('learner')).toEqual({ name: '이멘토', language: 'ko' });
    expect(await seenBy('mentor')).toEqual({ name: '김하늘', language: 'ko', stage: 'high' });
  });

  it('edge case 50: nobody else finds them, staff of another area neither', async () => {
    const match = await offered();
    const params = { mentorshipId: match.mentorshipId };
    const notThere = { status: 404, body: { code: 'no-such-mentorship' } };
    const [stranger] = await waiting(1);
    if (stranger === undefined) throw new Error('somebody else waits');
    expect(await ask(stranger, routes.readMyMentorship, { params })).toMatchObject(notThere);
    expect(await answer({ ...match, learner: stranger }, 'learner')).toMatchObject(notThere);
    const [river, hill] = [await coordinator('river'), await coordinator('hill')];
    expect(await ask(hill, routes.readMentorship, { params })).toMatchObject(notThere);
    expect(await ask(hill, routes.listMentorships)).toMatchObject({ body: { mentorships: [] } });
    const mine = { mentorships: [{ learner: { name: '김하늘' }, mentor: { name: '이멘토' } }] };
    expect(await ask(river, routes.listMentorships)).toMatchObject({ body: mine });
  });
});

describe('edge case 32: whatever both sides answer, and whoever publishes at once', () => {
  const plan = fc.array(fc.constantFrom('accept', 'decline', 'nothing'), {
    minLength: 3,
    maxLength: 3,
  });

  it('mentors have as many learners as are counted, and no more than they take', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(), async (answers, seed) => {
        await startAnew();
        const office = await coordinator();
        const mentors = [await helper(), await helper({ capacity: 1 })];
        const asking = await waiting(3);
        cloud().disturb(delayedReads(seeded(seed), 10));
        for (const _round of ['first', 'second']) {
          const roundId = await proposedRound(office);
          await Promise.all([publishRound(office, roundId), publishRound(office, roundId)]);
          await Promise.all(
            asking.map(async (learner, index) => {
              const wish = answers[index];
              const [seen] = await stores.mentorships.listOf(learner.learnerId);
              if (wish === 'nothing' || seen?.mentorship.state !== 'offered') return;
              const mentor = mentors.find((one) => one.mentorId === seen.mentorship.mentorId);
              if (mentor === undefined) throw new Error('the match is with one of them');
              const match = { learner, mentor, mentorshipId: seen.mentorship.mentorshipId };
              await Promise.all([
                answer(match, 'learner', { answer: wish }),
                answer(match, 'mentor'),
              ]);
            }),
          );
          await ask(office, routes.rerunRound, { params: { roundId } });
        }
        for (const { mentorId } of mentors) {
          const all = await stores.mentorships.listOf(mentorId);
          const theirs = all.filter(({ mentorship }) => mentorship.state !== 'ended').length;
          const seen = await stores.mentors.read(mentorId);
          expect(seen?.mentor.mentees).toBe(theirs);
          expect(theirs).toBeLessThanOrEqual(seen?.mentor.capacity ?? 0);
        }
      }),
      { numRuns: runs(1) },
    );
  });
});
