import { describe, expect, it } from 'vitest';
import { MentorId } from '../../functions/identity/contract.ts';
import { ReportId } from '../../functions/mentoring/report.contract.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { newMentor, newPair, setTime, stores } from './mentorships.ts';
import {
  ask,
  beforeWrite,
  decide,
  fiveMinutesLater,
  going,
  holds,
  listed,
  member,
  mentorOf,
  noticesTo,
  openReports,
  receiptOf,
  report,
  routes,
  standing,
  stopped,
  trailOf,
} from './reports.ts';

const takeLog = openReports();

describe('edge case 35: given a learner who reports a mentor', () => {
  it('the mentor is suspended at once and every mentorship of theirs paused; the learner gets a receipt and no more', async () => {
    const by = await newMentor();
    const pairs = [await newPair({}, by), await newPair({}, by), await newPair({}, by)];
    const [first = await newPair()] = pairs;
    const answer = await report(first);
    expect(answer).toMatchObject({ status: 201, body: { reportId: expect.any(String) } });
    expect(Object.keys(Object(answer.body))).toEqual(['reportId']);
    for (const pair of pairs) expect(await standing(pair)).toEqual(stopped);
    expect(await noticesTo(by.mentorId)).toEqual(['mentor-suspended']);

    await fiveMinutesLater();
    for (const { learnerId } of pairs) {
      expect(await noticesTo(learnerId)).toEqual(['mentorship-paused']);
    }
    await fiveMinutesLater();
    expect(await noticesTo(first.learnerId)).toEqual(['mentorship-paused']);
    expect(await noticesTo(by.mentorId)).toEqual(['mentor-suspended']);
  });

  it('nothing about either is deleted until it is decided', async () => {
    const pair = await newPair();
    const isHeld = () => Promise.all([pair.mentorId, pair.learnerId].map(holds.isHeld));
    expect(await isHeld()).toEqual([false, false]);
    const reportId = receiptOf(await report(pair));
    expect(await isHeld()).toEqual([true, true]);
    await decide(await member('safeguarding-lead'), reportId, 'dismissed');
    expect(await isHeld()).toEqual([false, false]);
    await fiveMinutesLater();
    expect((await holds.read(pair.mentorId)).fence).toBeUndefined();
  });

  it('the log tells leads that there is one, and nobody what is in it', async () => {
    const pair = await newPair();
    takeLog();
    await report(pair);
    const log = takeLog();
    expect(log).toContain('safeguarding report made');
    expect(log).not.toMatch(/pictures|mnt_|lrn_|rpt_/);
  });

  it('and the mentor reports somebody else before anybody was told: the learner hears of the pause all the same', async () => {
    const pair = await newPair();
    await report(pair);
    const about = { kind: 'staff' };
    const body = { about, words: 'The man at the counter.' };
    await ask(mentorOf(pair), routes.makeReport, { body, query: { as: 'mentor' } });
    await fiveMinutesLater();
    expect(await noticesTo(pair.learnerId)).toEqual(['mentorship-paused']);
  });

  it('twice with one key, or ten times at once, makes one report', async () => {
    const pair = await newPair();
    const key = `one-intent-${pair.mentorshipId}`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => report(pair, {}, { key })));
    expect(new Set(answers.map(receiptOf)).size).toBe(1);
    expect((await holds.read(pair.mentorId)).hold.accused).toHaveLength(1);
  });

  it('while both sides accept an offer at the same moment: that mentorship is paused too', async () => {
    const by = await newMentor();
    const [pair, offered] = [await newPair({}, by), await newPair({ state: 'offered' }, by)];
    await beforeWrite('REPORT#', async () => {
      const seen = await stores.mentorships.read(offered.mentorshipId);
      if (seen === undefined) throw new Error('it was made');
      const mentorship = { ...seen.mentorship, state: 'active' as const };
      await transact([stores.mentorships.change({ ...seen, mentorship }, undefined)]);
    });
    expect((await report(pair)).status).toBe(201);
    expect(await standing(offered)).toEqual(stopped);
  });

  it('about a mentor who is none, is told so', async () => {
    const pair = await newPair();
    const about = { kind: 'mentor' as const, mentorId: newId(MentorId, 'mnt') };
    const refused = { status: 404, body: { code: 'no-such-person' } };
    expect(await report(pair, { about })).toMatchObject(refused);
    expect(await standing(pair)).toEqual(going);
  });

  it('in a mentorship that is somebody else’s, is told that there is none', async () => {
    const [mine, theirs] = [await newPair(), await newPair()];
    expect(await report(mine, { mentorshipId: theirs.mentorshipId })).toMatchObject({
      status: 404,
      body: { code: 'no-such-mentorship' },
    });
    expect(await standing(mine)).toEqual(going);
  });
});

describe('edge case 35: given a report about somebody who is no mentor', () => {
  it('a learner: their mentorships are paused, both sides hear that, and the mentor keeps the others', async () => {
    const by = await newMentor();
    const [pair, other] = [await newPair({}, by), await newPair({}, by)];
    const about = { kind: 'learner', learnerId: pair.learnerId };
    const body = {
      about,
      words: 'The learner threatened to hurt themself.',
      mentorshipId: pair.mentorshipId,
    };
    const { status } = await ask(mentorOf(pair), routes.makeReport, {
      body,
      query: { as: 'mentor' },
    });
    expect(status).toBe(201);
    expect(await standing(pair)).toEqual({ ...stopped, mentor: 'selected' });
    expect(await standing(other)).toEqual(going);
    await fiveMinutesLater();
    expect(await noticesTo(pair.learnerId)).toEqual(['mentorship-paused']);
    expect(await noticesTo(by.mentorId)).toEqual(['mentorship-paused']);
  });

  it('a lead: that lead neither lists, reads nor decides it, as if it were not there; another does', async () => {
    setTime('2030-01-01T00:00:00Z');
    const [accused, other] = [await member('safeguarding-lead'), await member('safeguarding-lead')];
    const pair = await newPair();
    const [before, after] = [receiptOf(await report(pair)), receiptOf(await report(pair))];
    const about = { kind: 'staff' as const, staffId: accused.staffId };
    const reportId = receiptOf(await report(pair, { about }));
    const all = (await listed(other, { limit: '100' })).reports.map((one) => one.reportId);
    expect(all).toEqual(expect.arrayContaining([before, reportId, after]));

    const mine = await listed(accused, { limit: '100' });
    expect(mine.reports.map((one) => one.reportId)).toEqual(all.filter((id) => id !== reportId));
    // Nor by a page that is shorter, or one that promises more than there is.
    const page = await listed(accused, { limit: String(all.length - 1) });
    expect(page).toEqual({ reports: mine.reports });

    const unknown = await ask(accused, routes.readReport, {
      params: { reportId: newId(ReportId, 'rpt') },
    });
    expect(await ask(accused, routes.readReport, { params: { reportId } })).toEqual(unknown);
    expect(await decide(accused, reportId, 'dismissed')).toMatchObject({ status: 404 });
    expect(JSON.stringify(await trailOf(accused.staffId))).not.toContain(reportId);
    expect((await ask(other, routes.readReport, { params: { reportId } })).status).toBe(200);
    setTime('2025-06-02T00:00:00Z');
  });

  it.each(['officer', 'coordinator', 'consultant'] as const)(
    'staff in the role %s make reports and read none',
    async (role) => {
      const someone = await member(role);
      const body = { about: { kind: 'staff' }, words: 'The man at the counter.' };
      const { status } = await ask(someone, routes.makeStaffReport, { body });
      expect(status).toBe(201);
      expect(await ask(someone, routes.listReports)).toMatchObject({
        status: 403,
        body: { code: 'wrong-role' },
      });
    },
  );
});

describe('edge case 50: given a lead of one area', () => {
  it('reads the reports of its learners, and finds none of another area', async () => {
    const reportId = receiptOf(await report(await newPair()));
    const [here, there] = [
      await member('safeguarding-lead', 'river'),
      await member('safeguarding-lead', 'hill'),
    ];
    const read = (lead: typeof here) => ask(lead, routes.readReport, { params: { reportId } });
    expect((await read(here)).body).toMatchObject({ reportId, areaId: 'river', state: 'open' });
    expect(await read(there)).toMatchObject({ status: 404, body: { code: 'no-such-report' } });
    expect((await listed(there)).reports).toEqual([]);
  });

  it('each look is in the trail, which says nothing of whom the report is about', async () => {
    const pair = await newPair();
    const reportId = receiptOf(await report(pair));
    const lead = await member('safeguarding-lead', 'river');
    await ask(lead, routes.readReport, { params: { reportId } });
    await decide(lead, reportId, 'dismissed');
    const trail = await trailOf(lead.staffId);
    expect(trail.map(({ action }) => action).sort()).toEqual(['report-decided', 'report-read']);
    for (const entry of trail) expect(entry.subjects).toEqual([reportId]);
    expect(JSON.stringify(trail)).not.toMatch(/mnt_|lrn_/);
  });
});
