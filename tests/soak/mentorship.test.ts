import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mentoring } from '../../functions/mentoring/contract.ts';
import type { SessionView } from '../../functions/mentoring/session.contract.ts';
import { granted } from '../people.ts';
import { at, type MentoredTown, mentoredTown, missing, wallClock } from '../whole/mentored-town.ts';
import { feedOf } from './followed-calendar.ts';
import { handingOver } from './handing-over.ts';
import { interruptedMentorships } from './interrupted-mentorships.ts';
import { outcomes } from './outcomes.ts';
import { type Together, together } from './together.ts';

const { routes } = mentoring;
const korea = 'Asia/Seoul';

let town: MentoredTown;
beforeAll(async () => {
  town = await mentoredTown();
});
afterAll(() => town.stop());

/** Each step goes on where the one before it ended. */
const story = { retry: 0 };

describe('a learner of Hudson, and a mentor in Seoul, where clocks never change', story, () => {
  let both: Together;
  let sessions: readonly SessionView[];
  const start = (index: number) => Temporal.Instant.from(sessions[index]?.start ?? '');
  const reminded = ['Ada: session-reminder in en', 'Min: session-reminder in ko'];

  /** Brings both to their session at this place of the series; each step brings the mails that are due, and no other. */
  async function comesTo(index: number): Promise<SessionView> {
    // On a Monday it was brought by the step to Sunday's session.
    if (!isMonday(index)) {
      await town.travelTo(start(index).subtract({ hours: 24 }).add({ minutes: 5 }));
      expect(await town.mailed()).toEqual(reminded);
    }
    await town.travelTo(start(index).subtract({ minutes: 55 }));
    expect(await town.mailed()).toEqual(reminded);
    await town.travelTo(start(index).add({ minutes: 5 }));
    expect(await town.mailed()).toEqual(isMonday(index) || index === 16 ? [] : reminded);
    return sessions[index] ?? missing();
  }

  const isMonday = (index: number) => index % 2 === 1;

  it('rows 14 and 16: he is selected, she asks, a round proposes the two with reasons, both accept', async () => {
    const mentor = await town.newMentor({
      ...{ called: 'Min', subject: 'mathematics', language: 'ko', timeZone: korea },
      weekly: [
        { day: 'monday', from: '05:00', until: '07:00' },
        { day: 'tuesday', from: '05:00', until: '07:00' },
      ],
    });
    const learner = await town.newLearner('Ada', 'mathematics');
    expect(await town.mailed()).toEqual([
      'Ada: application-approved in en',
      'Ada: verification in en and ko',
      'Min: mentor-received in ko',
      'Min: mentor-selected in ko',
      'Min: verification in en and ko',
    ]);
    const [pair, ...more] = await town.round();
    expect(more).toEqual([]);
    expect(pair).toMatchObject({ learnerId: learner.learnerId, mentorId: mentor.mentorId });
    expect(pair?.reasons).toContainEqual({ reason: 'subject', count: 1, points: 20 });
    expect(await town.mailed()).toEqual(['Ada: match-offered in en', 'Min: mentee-offered in ko']);
    const { mentorshipId, state, budget } = await town.begin(learner, mentor);
    expect({ state, budget }).toEqual({
      state: 'active',
      budget: { granted: 16, used: 0, left: 16 },
    });
    both = together(town, { mentorshipId, learner, mentor });
    expect(await town.mailed()).toEqual([
      'Ada: mentorship-begun in en',
      'Min: mentorship-begun in ko',
    ]);
  });

  it('edge case 31: all sixteen are at 16:00 in Hudson, before the clocks change, on that day, and after', async () => {
    sessions = await both.booksSeries(16, await town.today());
    expect(sessions.map((one) => wallClock(one.start))).toEqual(Array(16).fill('16:00'));
    expect(sessions.map(({ start: moment }) => moment)).toContain(
      at(town.change, '16:00').toString(),
    );
    expect(new Set(sessions.map((one) => wallClock(one.start, korea)))).toEqual(
      new Set(['05:00', '06:00']),
    );
    expect(await town.mailed()).toEqual([
      'Ada: sessions-booked in en',
      'Min: sessions-booked in ko',
    ]);
    for (const calendar of await both.calendars()) {
      expect(calendar.map((entry) => entry.start)).toEqual(sessions.map((one) => one.start));
      expect(new Set(calendar.map(({ sequence }) => sequence))).toEqual(new Set([0]));
    }
  });

  it('edge case 27: a seventeenth is refused', async () => {
    const wish = { start: at(town.change, '18:00').toString() };
    const refused = { status: 422, problem: { code: 'no-session-left' } };
    expect(await both.books(wish)).toMatchObject(refused);
  });

  it('a day and an hour before the first both are reminded, by their own clocks, in their languages', async () => {
    const session = await comesTo(0);
    const [[hers], [his]] = await both.mails();
    expect(hers?.subject).toMatch(/Monday, .+ at 4:00\sPM E[DS]T$/);
    expect(his?.subject).toMatch(/화요일 오전 [56]:00 GMT\+9$/);
    expect(his?.subject).toContain(` ${wallClock(start(1), korea).slice(1)} GMT`);
    expect(await both.budget()).toEqual({ granted: 16, used: 0, left: 0 });
    await both.tells(session.sessionId);
    expect(await both.budget()).toEqual({ granted: 16, used: 1, left: 0 });
  });

  it('while a session lasts, and shortly before, both are let into one room, the mentor as its moderator', async () => {
    const monday = sessions[1]?.sessionId ?? missing();
    const closed = { status: 409, problem: { code: 'meeting-not-open' } };
    expect(await both.meets(monday)).toMatchObject([closed, closed]);
    await comesTo(1);
    const [hers, his] = (await both.meets(monday)).map((answer) => {
      const meeting = granted(answer);
      const url = new URL(meeting.way === 'online' ? meeting.url : missing());
      const [, claims = ''] = (url.searchParams.get('jwt') ?? '').split('.');
      const { context, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
      return { room: url.origin + url.pathname, exp, ...context.user };
    });
    expect(hers).toMatchObject({ moderator: 'false', exp: closing(sessions[1]) });
    expect(his).toMatchObject({ moderator: 'true', name: 'Min', room: hers?.room });
    expect(hers?.room).toMatch(/^https:\/\/meet\.hudson\.example\//);
    await both.tells(monday);
  });

  it('three more weeks pass', async () => {
    await both.holds(sessions.slice(2, 8));
    await town.mailed();
    expect(await both.budget()).toEqual({ granted: 16, used: 8, left: 0 });
  });

  it('edge case 31: on the day of the change reminders come 24 hours and an hour before, not 25 or 23', async () => {
    await town.travelTo(start(8).subtract({ hours: 24, minutes: 10 }));
    expect(await town.mailed()).toEqual([]);
    const { sessionId } = await comesTo(8);
    await both.tells(sessionId);
    await both.tells((await comesTo(9)).sessionId);
  });

  it('three more, and all sixteen were held', async () => {
    await both.holds(sessions.slice(10, 16));
    await town.mailed();
    expect(await both.budget()).toEqual({ granted: 16, used: 16, left: 0 });
  });

  it('edge case 27: the seventeenth is refused until an extension is approved, and is held after the eight weeks', async () => {
    const { until = missing() } = await both.seen();
    const sunday = Temporal.PlainDate.from(until).add({ days: 2 });
    const wish = { start: at(sunday, '16:00').toString() };
    expect(await both.books(wish)).toMatchObject({ problem: { code: 'no-session-left' } });
    const params = { mentorshipId: both.mentorshipId };
    const reason = 'Two chapters are left before the examination.';
    const asked = await (await both.learner.api())(routes.askForExtension, {
      ...{ params, body: { reason } },
    });
    expect(granted(asked)).toMatchObject({ extension: { state: 'asked', askedBy: 'learner' } });
    const decided = await (await town.coordinator())(routes.decideExtension, {
      ...{ params, body: { outcome: 'approved' } },
    });
    expect(granted(decided)).toMatchObject({
      until: Temporal.PlainDate.from(until).add({ weeks: 4 }).toString(),
      budget: { granted: 24, used: 16, left: 8 },
    });
    const extended = ['Ada: mentorship-extended in en', 'Min: mentorship-extended in ko'];
    expect(await town.mailed()).toEqual(extended);

    sessions = [...sessions, ...granted(await both.books(wish)).sessions];
    const booked = ['Ada: session-booked in en', 'Min: session-booked in ko'];
    expect(await town.mailed()).toEqual(booked);
    await both.tells((await comesTo(16)).sessionId);
    expect(await both.budget()).toEqual({ granted: 24, used: 17, left: 7 });
  });

  it('row 16: the statements of the months have what each session earned, and a certificate tells of all', async () => {
    const dayOf = ({ start: moment }: SessionView) => moment.slice(0, 10);
    const months = [...new Set(sessions.map((one) => dayOf(one).slice(0, 7)))];
    const office = await town.coordinator();
    const lines: string[] = [];
    for (const month of months) {
      const statement = granted(await office(routes.listStipends, { query: { month } }));
      lines.push(...statement.split('\r\n'));
    }
    const paid = lines.filter((line) => line.startsWith(`session,${both.mentor.mentorId},Min,`));
    expect(paid).toEqual(
      sessions.map((one) =>
        expect.stringContaining(`,${one.sessionId},${dayOf(one)},completed,mentors-2025,15.00,USD`),
      ),
    );
    const certificate = granted(await (await both.mentor.api())(routes.readCertificate, {}));
    expect(certificate).toMatchObject({ sessions: 17, hours: 8.5, mentorships: 1 });
    const { code } = certificate;
    const verified = await town.people.anyone(routes.verifyCertificate, { params: { code } });
    expect(granted(verified)).toMatchObject({ sessions: 17, initial: 'M' });
  });

  it('a calendar that follows an address has what the mails brought; at the end both hear of it', async () => {
    const { url } = granted(await (await both.learner.api())(routes.makeCalendar, {}));
    const followed = feedOf(await (await fetch(url)).text());
    const [mailed] = await both.calendars();
    expect(followed).toEqual(mailed?.map((entry) => ({ ...entry, status: 'CONFIRMED' })));
    const { until = missing() } = await both.seen();
    await town.travelTo(at(Temporal.PlainDate.from(until).add({ days: 8 }), '00:10'));
    expect(await town.mailed()).toEqual([
      'Ada: mentorship-ended in en',
      'Min: mentorship-ended in ko',
    ]);
    expect(await both.seen()).toMatchObject({ state: 'ended', endedBecause: 'span-over' });
  });
});

/** When the door of a session's room closes: half an hour after its end, in seconds. */
function closing(session: SessionView | undefined): number {
  const { start, minutes } = session ?? missing();
  return Temporal.Instant.from(start).add({ minutes: minutes + 30 }).epochMilliseconds / 1000;
}

handingOver(() => town);
outcomes(() => town);
interruptedMentorships(() => town);
