import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { mentoring } from '../../functions/mentoring/contract.ts';
import type { SessionView } from '../../functions/mentoring/session.contract.ts';
import { granted } from '../people.ts';
import { at, type MentoredTown, missing } from '../whole/mentored-town.ts';
import { feedOf } from './followed-calendar.ts';
import { type Together, together } from './together.ts';

const { routes } = mentoring;
const asMentor = { as: 'mentor' } as const;

/**
 * A mentorship in which both move a session at once, whose mentor's background check expires, and whose learner reports
 * the mentor.
 *
 * @param townOf - Hudson, at any time; asked for once the tests run
 */
export function interruptedMentorships(townOf: () => MentoredTown): void {
  describe('given a mentor whose background check ends in twenty days', { retry: 0 }, () => {
    let town: MentoredTown;
    let both: Together;
    let sessions: readonly SessionView[];
    let checkUntil: Temporal.PlainDate;
    const mailed = () => town.mailedTo('Dee', 'Rae');
    const told = (...kinds: string[]) =>
      kinds.flatMap((kind) => [`Dee: ${kind} in en`, `Rae: ${kind} in en`]).sort();

    /** How the sessions stand, and whether they are held. */
    async function standing() {
      const params = { mentorshipId: both.mentorshipId };
      const api = await both.learner.api();
      const now = granted(await api(routes.listSessions, { params })).sessions;
      return now.map(({ state, held }) => (held ? 'held' : state));
    }

    it('edge case 30: of two who move a session at once one does; it stays one entry, with a higher SEQUENCE', async () => {
      town = townOf();
      checkUntil = (await town.today()).add({ days: 20 });
      const wish = { called: 'Rae', subject: 'science', checkUntil } as const;
      both = together(town, await town.newPair('Dee', wish));
      sessions = await both.booksSeries(10, await town.today());
      await mailed();
      const [before] = await both.calendars();
      const { sessionId, start } = sessions[9] ?? missing();
      const { etag } = await both.reads(sessionId);
      const params = { mentorshipId: both.mentorshipId, sessionId };
      const move = async (side: 'learner' | 'mentor', hours: number) =>
        (await both[side].api())(routes.moveSession, {
          ...{ params, query: { as: side }, ifMatch: etag },
          body: { start: Temporal.Instant.from(start).add({ hours }).toString() },
        });
      const answers = await Promise.all([move('learner', 1), move('mentor', 2)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      expect(await mailed()).toEqual(told('session-moved'));

      const moved = (await both.reads(sessionId)).session.start;
      expect(moved).not.toBe(start);
      for (const calendar of await both.calendars()) {
        const { uid } = before?.[9] ?? missing();
        expect(calendar[9]).toEqual({ uid, sequence: 1, start: moved });
        expect(calendar.slice(0, 9)).toEqual(before?.slice(0, 9));
      }
    });

    it('edge case 34: the day after its end coming sessions are held, and both hear of it', async () => {
      await both.holds(sessions.filter(({ start }) => start < checkUntil.toString()));
      await town.travelTo(at(checkUntil, '23:50'));
      expect((await both.seen()).state).toBe('active');
      await mailed();
      // It was due when he was selected, at the next look: while they were still booking, if that came by just then.
      const toMentor = await town.everMailed(both.mentor.email);
      expect(toMentor.filter((kind) => kind === 'mentor-check-ending in en')).toHaveLength(1);
      await town.travelTo(at(checkUntil.add({ days: 1 }), '00:06'));
      const expired = [...told('mentorship-paused'), 'Rae: mentor-check-expired in en'].sort();
      expect(await mailed()).toEqual(expired);
      expect(await both.seen()).toMatchObject({ state: 'paused', pausedBecause: 'check-expired' });
      const held = (await standing()).filter((one) => one === 'held');
      expect(held.length).toBeGreaterThan(3);
      const { url } = granted(await (await both.learner.api())(routes.makeCalendar, {}));
      const followed = feedOf(await (await fetch(url)).text());
      expect(followed.filter(({ status }) => status === 'TENTATIVE')).toHaveLength(held.length);
    });

    it('edge case 34: none takes place; renewed they go on, and what passed meanwhile is given back', async () => {
      const [next, after, ...rest] = sessions.filter(({ start }) => start > checkUntil.toString());
      await town.travelTo(Temporal.Instant.from(after?.start ?? missing()).add({ minutes: 5 }));
      expect(await mailed()).toEqual([]);
      const refused = { status: 409, problem: { code: 'session-held' } };
      expect(await both.meets(after?.sessionId ?? missing())).toMatchObject([refused, refused]);
      const until = (await town.today()).add({ months: 6 });
      await town.showsCheck(both.mentor.api, until);
      const { left } = await both.budget();
      const params = { mentorId: both.mentor.mentorId };
      const body = routes.renewCheck.body.parse({ until: until.toString() });
      granted(await (await town.coordinator())(routes.renewCheck, { params, body }));
      await town.travelTo(Temporal.Instant.from(after?.start ?? missing()).add({ minutes: 15 }));
      expect(await mailed()).toEqual(told('mentorship-resumed'));
      expect(await both.seen()).toMatchObject({ state: 'active', budget: { left: left + 2 } });
      const stand = await Promise.all(
        [next, after, ...rest].map(
          async (session) => (await both.reads(session?.sessionId ?? missing())).session.state,
        ),
      );
      expect(stand).toEqual(['cancelled', 'cancelled', ...rest.map(() => 'booked')]);
      for (const calendar of await both.calendars()) {
        const starts = calendar.map(({ start }) => start);
        expect(starts).not.toContain(next?.start);
        expect(starts).not.toContain(after?.start);
        expect(starts).toContain(rest[0]?.start);
      }
    });

    it('edge case 35: a report suspends the mentor at once; only the lead reads it', async () => {
      const { mentorId } = both.mentor;
      const { mentorshipId } = both;
      const words = 'He wants to meet without anyone knowing.';
      const report = { about: { kind: 'mentor', mentorId }, words, mentorshipId } as const;
      const body = routes.makeReport.body.parse(report);
      const { reportId } = granted(await (await both.learner.api())(routes.makeReport, { body }));
      const mentor = await both.mentor.api();
      const params = { mentorshipId };
      const suspended = { status: 409, problem: { code: 'mentor-suspended' } };
      const query = asMentor;
      expect(await mentor(routes.listNotes, { params, query })).toMatchObject(suspended);
      const coming = sessions.at(-1)?.sessionId ?? missing();
      const meeting = { params: { mentorshipId, sessionId: coming }, query };
      expect(await mentor(routes.readMeeting, meeting)).toMatchObject(suspended);
      const seen = granted(await mentor(routes.readMyMentorship, { params, query }));
      expect(seen).toMatchObject({ state: 'paused', pausedBecause: 'asked' });
      const which = { params: { reportId } };
      const forbidden = { ok: false, status: expect.toSatisfy((s) => s === 401 || s === 403) };
      expect(await mentor(routes.readReport, which)).toMatchObject(forbidden);
      expect(await (await town.coordinator())(routes.readReport, which)).toMatchObject(forbidden);
      const lead = await town.lead();
      expect(granted(await lead(routes.readReport, which))).toMatchObject({ words, state: 'open' });

      const now = Temporal.Instant.from((await town.people.control.clock()).now);
      await town.travelTo(now.add({ minutes: 6 }));
      const mails = ['Dee: mentorship-paused in en', 'Rae: mentor-suspended in en'];
      expect(await mailed()).toEqual(mails);
      const dismissed = { outcome: 'dismissed', reason: 'It was a misunderstanding.' } as const;
      const verdict = { ...which, body: routes.decideReport.body.parse(dismissed) };
      granted(await lead(routes.decideReport, verdict));
      await town.travelTo(now.add({ minutes: 12 }));
      const reinstated = 'Rae: mentor-reinstated in en';
      expect(await mailed()).toEqual([...told('mentorship-resumed'), reinstated].sort());
      expect(await both.seen()).toMatchObject({ state: 'active' });
    });
  });
}
