import { Temporal } from 'temporal-polyfill';
import type { LearnerId, MentorId } from '../../functions/identity/contract.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import type { ToldOutcome } from '../../functions/mentoring/outcome.contract.ts';
import type { BookingWish, SessionView } from '../../functions/mentoring/session.contract.ts';
import type { MentorshipId, SessionId } from '../../functions/mentoring/words.contract.ts';
import { granted } from '../people.ts';
import type { MentoredTown, Somebody } from '../whole/mentored-town.ts';
import { calendarOf } from './followed-calendar.ts';

const { routes } = mentoring;
const asMentor = { as: 'mentor' } as const;

interface Pair {
  readonly mentorshipId: MentorshipId;
  readonly learner: Somebody & { readonly learnerId: LearnerId };
  readonly mentor: Somebody & { readonly mentorId: MentorId };
}

/** What two people do together, as their own pages would do it. */
export function together({ people, travelTo }: MentoredTown, pair: Pair) {
  const { mentorshipId, learner, mentor } = pair;
  const params = { mentorshipId };

  /** The learner books; refused or not. */
  const books = async (body: BookingWish) =>
    (await learner.api())(routes.bookSessions, { params, body });

  /** Each Sunday and Monday at four in the afternoon, from a day on. */
  async function booksSeries(count: number, from: Temporal.PlainDate) {
    const days = ['sunday', 'monday'] as const;
    const series = { days: [...days], at: '16:00', count, from: from.toString() };
    return granted(await books({ series })).sessions;
  }

  async function tells(sessionId: SessionId, outcome: ToldOutcome = 'completed') {
    const api = await mentor.api();
    const body = { outcome };
    return granted(await api(routes.tellOutcome, { params: { mentorshipId, sessionId }, body }));
  }

  /** They meet as booked. The mentor tells of three at a time: how one ended can be told for a week. */
  async function holds(sessions: readonly SessionView[]): Promise<void> {
    for (let from = 0; from < sessions.length; from += 3) {
      const some = sessions.slice(from, from + 3);
      const [last] = some.slice(-1);
      if (last !== undefined) await travelTo(Temporal.Instant.from(last.start).add({ minutes: 5 }));
      for (const { sessionId } of some) await tells(sessionId);
    }
  }

  /** The session as it is, with the version that whoever moves it has seen. */
  async function reads(sessionId: SessionId) {
    const answer = await (await learner.api())(routes.readSession, {
      params: { mentorshipId, sessionId },
    });
    return { session: granted(answer), etag: answer.ok ? answer.etag : undefined };
  }

  /** How the learner would join a session, and how the mentor. */
  async function meets(sessionId: SessionId) {
    const which = { mentorshipId, sessionId };
    const [asLearner, theirs] = await Promise.all([learner.api(), mentor.api()]);
    return Promise.all([
      asLearner(routes.readMeeting, { params: which }),
      theirs(routes.readMeeting, { params: which, query: asMentor }),
    ]);
  }

  const seen = async () =>
    granted(await (await learner.api())(routes.readMyMentorship, { params }));

  /** The mails of learner and mentor, the newest first. */
  const mails = () =>
    Promise.all([people.control.mails(learner.email), people.control.mails(mentor.email)]);

  return {
    ...pair,
    books,
    booksSeries,
    tells,
    holds,
    reads,
    meets,
    seen,
    budget: async () => (await seen()).budget,
    /** What stands in the calendars of learner and mentor by their mails. */
    calendars: async () => (await mails()).map(calendarOf),
    mails,
  };
}

export type Together = ReturnType<typeof together>;
