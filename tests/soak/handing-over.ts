import { describe, expect, it } from 'vitest';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { granted } from '../people.ts';
import type { MentoredTown, Somebody } from '../whole/mentored-town.ts';
import { type Together, together } from './together.ts';

const { routes } = mentoring;
const query = { as: 'mentor' } as const;
const gone = { status: 404, problem: { code: 'no-such-mentorship' } };

/**
 * A learner whose mentor leaves after nine of sixteen sessions, and whose next one is replaced by a coordinator.
 *
 * @param townOf - Hudson, at any time; asked for once the tests run
 */
export function handingOver(townOf: () => MentoredTown): void {
  describe('edge case 28: a mentor leaves after nine sessions', { retry: 0 }, () => {
    let town: MentoredTown;
    let withNoah: Together;
    let withPia: Together;

    /** What a mentor reads of the notes of a mentorship. */
    const notesFor = async ({ api }: Somebody, { mentorshipId }: Together) =>
      (await api())(routes.listNotes, { params: { mentorshipId }, query });

    it('seven are called off in both calendars; the mentor reads the notes no more, the learner does', async () => {
      town = townOf();
      const wish = { called: 'Noah', subject: 'english' } as const;
      withNoah = together(town, await town.newPair('Ben', wish));
      const { learner, mentor, mentorshipId } = withNoah;
      const sessions = await withNoah.booksSeries(16, await town.today());
      await withNoah.holds(sessions.slice(0, 9));
      const note = { forLearner: 'Next week: the past tense.', forMentor: 'He is shy.' };
      const params = { mentorshipId };
      granted(await (await mentor.api())(routes.writeNote, { params, body: note }));
      expect(granted(await notesFor(mentor, withNoah)).notes).toMatchObject([note]);
      await town.mailed();

      const left = await (await mentor.api())(routes.leaveMentorship, { params, query });
      expect(granted(left)).toMatchObject({
        ...{ state: 'ended', endedBecause: 'mentor-left' },
        budget: { granted: 16, used: 9, left: 7 },
      });
      const mails = ['Ben: mentor-changing in en', 'Noah: mentorship-ended in en'];
      expect(await town.mailed()).toEqual(mails);
      const nine = sessions.slice(0, 9).map(({ start }) => start);
      for (const calendar of await withNoah.calendars()) {
        expect(calendar.map(({ start }) => start)).toEqual(nine);
      }
      expect(await notesFor(mentor, withNoah)).toMatchObject(gone);
      const { forMentor: _, ...forBen } = note;
      const kept = granted(await (await learner.api())(routes.listNotes, { params }));
      expect(kept.notes).toEqual([expect.objectContaining(forBen)]);
      expect(JSON.stringify(kept)).not.toContain(note.forMentor);
    });

    it('the next round finds another, with whom seven can be booked and no eighth; no note passes', async () => {
      const pia = await town.newMentor({ called: 'Pia', subject: 'english' });
      const { learner } = withNoah;
      const pairs = await town.round();
      expect(pairs).toMatchObject([{ learnerId: learner.learnerId, mentorId: pia.mentorId }]);
      const begun = await town.begin(learner, pia);
      expect(begun).toMatchObject({
        ...{ state: 'active', continues: withNoah.mentorshipId },
        budget: { granted: 7, used: 0, left: 7 },
      });
      withPia = together(town, { learner, mentor: pia, mentorshipId: begun.mentorshipId });
      const sessions = await withPia.booksSeries(7, await town.today());
      expect(sessions).toHaveLength(7);
      const eighth = { start: sessions[0]?.start.replace(/T.*/, 'T22:30:00Z') ?? '' };
      expect(await withPia.books(eighth)).toMatchObject({ problem: { code: 'no-session-left' } });
      expect(await notesFor(pia, withNoah)).toMatchObject(gone);
      expect(granted(await notesFor(pia, withPia)).notes).toEqual([]);
    });

    it('a coordinator hands it over to a third: all seven go along, and out of the second’s calendar', async () => {
      const quin = await town.newMentor({ called: 'Quin', subject: 'english' });
      await town.mailed();
      const { learner, mentorshipId } = withPia;
      const params = { mentorshipId };
      const body = { mentorId: quin.mentorId };
      const office = await town.coordinator();
      const going = granted(await office(routes.handOverMentorship, { params, body }));
      expect(going).toMatchObject({ state: 'offered', continues: mentorshipId });
      expect(await town.mailed()).toEqual([
        'Ben: match-offered in en',
        'Ben: mentor-changing in en',
        'Pia: mentorship-ended in en',
        'Quin: mentee-offered in en',
      ]);
      const [bens, pias] = await withPia.calendars();
      expect([bens?.length, pias?.length]).toEqual([9, 0]);
      const begun = await town.begin(learner, quin);
      expect(begun).toMatchObject({ state: 'active', budget: { granted: 7, used: 0, left: 7 } });
    });
  });
}
