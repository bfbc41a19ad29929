import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { mentoring } from '../../functions/mentoring/contract.ts';
import type { ToldOutcome } from '../../functions/mentoring/outcome.contract.ts';
import type { SessionView } from '../../functions/mentoring/session.contract.ts';
import { granted } from '../people.ts';
import { type MentoredTown, missing } from '../whole/mentored-town.ts';
import { type Together, together } from './together.ts';

const { routes } = mentoring;

/** A way in which a session ends, and what comes of it. */
interface Ending {
  readonly title: string;
  /** So many hours after the session has begun, or before. */
  readonly hours: number;
  readonly happens?: (session: SessionView) => Promise<unknown>;
  readonly usesUp: 0 | 1;
  readonly state?: 'cancelled';
  readonly outcome?: ToldOutcome | 'learner-cancelled-late';
  readonly mails?: readonly string[];
}

/**
 * Nine sessions that end in nine ways. By the file of Hudson those that were held, that the learner missed or called off
 * late are used up.
 *
 * @param townOf - Hudson, at any time; asked for once the tests run
 */
export function outcomes(townOf: () => MentoredTown): void {
  describe('edge case 29: nine sessions, and what each uses up', { retry: 0 }, () => {
    let town: MentoredTown;
    let both: Together;
    let sessions: readonly SessionView[];
    const mailed = () => town.mailedTo('Cy', 'Olive');
    const cancelled = ['Cy: session-cancelled in en', 'Olive: session-cancelled in en'];

    it('given nine that are booked', async () => {
      town = townOf();
      const wish = { called: 'Olive', subject: 'history' } as const;
      both = together(town, await town.newPair('Cy', wish));
      sessions = await both.booksSeries(9, await town.today());
      expect(await both.budget()).toEqual({ granted: 16, used: 0, left: 7 });
    });

    async function callsOff({ sessionId }: SessionView, side: 'learner' | 'mentor') {
      const params = { mentorshipId: both.mentorshipId, sessionId };
      const answer = await (await both[side].api())(routes.cancelSession, {
        ...{ params, query: { as: side } },
      });
      expect(answer).toMatchObject({ status: 204 });
    }

    async function disputes({ sessionId }: SessionView) {
      const params = { mentorshipId: both.mentorshipId, sessionId };
      const says = { body: { says: 'technical-failure' } } as const;
      const disputed = await (await both.learner.api())(routes.disputeOutcome, { params, ...says });
      expect(granted(disputed)).toMatchObject({
        outcome: 'learner-no-show',
        dispute: { state: 'open' },
      });
      const body = { outcome: 'technical-failure' } as const;
      const office = await town.coordinator();
      granted(await office(routes.decideOutcome, { params, body }));
    }

    const told =
      (outcome: ToldOutcome) =>
      ({ sessionId }: SessionView) =>
        both.tells(sessionId, outcome);
    const calledOffBy = (side: 'learner' | 'mentor') => (session: SessionView) =>
      callsOff(session, side);

    const endings: readonly Ending[] = [
      {
        title: 'held',
        ...{ hours: 0.1, happens: told('completed') },
        ...{ usesUp: 1, outcome: 'completed' },
      },
      {
        title: 'missed by the learner, who hears until when to say otherwise',
        ...{ hours: 0.1, happens: told('learner-no-show') },
        ...{ usesUp: 1, outcome: 'learner-no-show', mails: ['Cy: session-missed in en'] },
      },
      {
        title: 'told to be missed by the learner, who says otherwise, and a coordinator agrees',
        hours: 0.1,
        happens: async (session) => {
          await told('learner-no-show')(session);
          await disputes(session);
        },
        ...{ usesUp: 0, outcome: 'technical-failure' },
        mails: [
          'Cy: outcome-decided in en',
          'Cy: session-missed in en',
          'Olive: outcome-decided in en',
        ],
      },
      {
        title: 'missed by the mentor',
        ...{ hours: 0.1, happens: told('mentor-no-show') },
        ...{ usesUp: 0, outcome: 'mentor-no-show' },
      },
      {
        title: 'impossible for a technical failure',
        ...{ hours: 0.1, happens: told('technical-failure') },
        ...{ usesUp: 0, outcome: 'technical-failure' },
      },
      {
        title: 'called off by the learner a little more than a day before',
        ...{ hours: -24.1, happens: calledOffBy('learner') },
        ...{ usesUp: 0, state: 'cancelled', mails: cancelled },
      },
      {
        title: 'called off by the learner a little less than a day before',
        ...{ hours: -23.9, happens: calledOffBy('learner') },
        ...{ usesUp: 1, state: 'cancelled', outcome: 'learner-cancelled-late', mails: cancelled },
      },
      {
        title: 'called off by the mentor an hour before',
        ...{ hours: -1, happens: calledOffBy('mentor') },
        ...{ usesUp: 0, state: 'cancelled', mails: cancelled },
      },
      { title: 'of which nobody told within a week', hours: 24 * 8.5, usesUp: 0 },
    ];

    it.each(endings.map((ending, index) => ({ ...ending, index })))(
      '$title: uses up $usesUp',
      async ({ hours, happens, usesUp, state = 'ended', outcome, mails = [], index }) => {
        const session = sessions[index] ?? missing();
        const { used, left } = await both.budget();
        await town.travelTo(Temporal.Instant.from(session.start).add({ minutes: 60 * hours }));
        await mailed();
        await happens?.(session);
        expect(await mailed()).toEqual(mails);
        const now = { granted: 16, used: used + usesUp, left: left + 1 - usesUp };
        expect(await both.budget()).toEqual(now);
        const after = (await both.reads(session.sessionId)).session;
        expect([after.state, after.outcome]).toEqual([state, outcome]);
      },
    );

    it('the calendars have what was not called off; the mentor is paid for what was held, and what the learner missed', async () => {
      const kept = sessions.filter((_, index) => index < 5 || index === 8);
      for (const calendar of await both.calendars()) {
        expect(calendar.map(({ start }) => start)).toEqual(kept.map(({ start }) => start));
      }
      const months = new Set(sessions.map(({ start }) => start.slice(0, 7)));
      const api = await both.mentor.api();
      const earned = [...months].map(
        async (month) => granted(await api(routes.listMyStipends, { query: { month } })).totals,
      );
      const totals = (await Promise.all(earned)).flat();
      expect(totals.reduce((sum, { amount }) => sum + amount, 0)).toBe(2 * 1500);
    });
  });
}
