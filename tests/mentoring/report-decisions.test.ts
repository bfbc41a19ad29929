import { describe, expect, it, vi } from 'vitest';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newMentor, newPair, setTime, stores } from './mentorships.ts';
import {
  beforeWrite,
  decide,
  dyingAt,
  fiveMinutesLater,
  going,
  holds,
  member,
  noticesTo,
  openReports,
  receiptOf,
  report,
  standing,
  stopped,
} from './reports.ts';

openReports();

describe('edge case 35: given a lead who decides', () => {
  it('dismissed: the mentor is back, and mentorships go on within minutes, their last day moved by the days that they were held', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair();
    const reportId = receiptOf(await report(pair));
    await fiveMinutesLater();
    vi.setSystemTime(Date.now() + 3 * 86_400_000);
    const lead = await member('safeguarding-lead');
    expect(await decide(lead, reportId, 'dismissed')).toMatchObject({
      status: 200,
      body: { state: 'dismissed', decidedBy: lead.staffId },
    });
    expect(await standing(pair)).toEqual({ ...stopped, mentor: 'selected' });
    await fiveMinutesLater();
    expect(await standing(pair)).toEqual(going);
    const seen = await stores.mentorships.read(pair.mentorshipId);
    expect(seen?.mentorship.until).toBe('2025-07-30');
    const told = ['mentor-reinstated', 'mentor-suspended', 'mentorship-resumed'];
    expect(await noticesTo(pair.mentorId)).toEqual(told);
    expect(await decide(lead, reportId, 'upheld')).toMatchObject({
      status: 409,
      body: { code: 'already-decided' },
    });
  });

  it('edge case 34: dismissed when the check has ended meanwhile: mentorships are held for that', async () => {
    const pair = await newPair();
    const reportId = receiptOf(await report(pair));
    const seen = await stores.mentors.read(pair.mentorId);
    if (seen === undefined) throw new Error('there is this mentor');
    const mentor = { ...seen.mentor, checkUntil: '2025-06-01' };
    await transact([stores.mentors.change({ ...seen, mentor }, undefined)]);
    await decide(await member('safeguarding-lead'), reportId, 'dismissed');
    await fiveMinutesLater();
    const held = { mentor: 'selected', state: 'paused', because: 'check-expired' };
    expect(await standing(pair)).toEqual(held);
    expect(await noticesTo(pair.learnerId)).toEqual(['mentorship-paused']);
  });

  it('upheld: the mentor stays suspended, and the learner waits for another with what remains (edge case 28)', async () => {
    const pair = await newPair({ budget: { granted: 16, used: 9, left: 7 } });
    const reportId = receiptOf(await report(pair));
    await decide(await member('safeguarding-lead'), reportId, 'upheld');
    await fiveMinutesLater();
    expect(await standing(pair)).toEqual({ ...stopped, state: 'ended' });
    const request = await stores.requests.read(pair.learnerId);
    expect(request?.request.state).toBe('open');
    expect(request?.kept).toMatchObject({ carries: { sessions: 7 }, refused: [pair.mentorId] });
    expect((await stores.mentors.read(pair.mentorId))?.mentor.mentees).toBe(0);
    expect(await noticesTo(pair.learnerId)).toEqual(['mentor-changing', 'mentorship-paused']);
  });

  it.each(['mentor', 'learner'] as const)(
    'with another report open, about the %s: nothing goes on until that is decided too',
    async (kind) => {
      const pair = await newPair();
      const other = await newPair({ createdAt: '2025-05-01T00:00:00.000Z' }, pair);
      const { mentorId, learnerId } = pair;
      const about = kind === 'mentor' ? { kind, mentorId } : { kind, learnerId };
      const [first, second] = (await Promise.all([report(pair), report(pair, { about })])).map(
        receiptOf,
      );
      if (first === undefined || second === undefined) throw new Error('two were made');
      const lead = await member('safeguarding-lead');
      await decide(lead, first, 'dismissed');
      await fiveMinutesLater();
      const { mentor } = kind === 'mentor' ? stopped : going;
      expect(await standing(pair)).toEqual({ ...stopped, mentor });
      expect(await standing(other)).toEqual(kind === 'mentor' ? stopped : going);
      await decide(lead, second, 'dismissed');
      await fiveMinutesLater();
      expect(await standing(pair)).toEqual(going);
    },
  );

  it('and another report comes while mentorships go on again: they stay paused', async () => {
    const pair = await newPair();
    const reportId = receiptOf(await report(pair));
    await fiveMinutesLater();
    await decide(await member('safeguarding-lead'), reportId, 'dismissed');
    await beforeWrite('MENTORSHIP#', () => report(pair));
    await fiveMinutesLater();
    expect(await standing(pair)).toEqual(stopped);
    await fiveMinutesLater();
    expect(await standing(pair)).toEqual(stopped);
  });

  it('about a member of staff: nothing is left to be done, nor held', async () => {
    const pair = await newPair();
    const { staffId } = await member('coordinator');
    const about = { kind: 'staff' as const, staffId };
    const reportId = receiptOf(await report(pair, { about }));
    expect(await holds.isHeld(staffId)).toBe(true);
    await decide(await member('safeguarding-lead'), reportId, 'upheld');
    await fiveMinutesLater();
    expect((await holds.read(staffId)).fence).toBeUndefined();
    expect(await standing(pair)).toEqual(going);
  });

  it('and the job dies at any request: the next run brings all to its end, and tells nobody twice', async () => {
    const by = await newMentor();
    const pairs = [await newPair({}, by), await newPair({}, by)];
    const [first = await newPair()] = pairs;
    const reportId = receiptOf(await report(first));
    await decide(await member('safeguarding-lead'), reportId, 'dismissed');
    for (let nth = 1; await dyingAt(nth, fiveMinutesLater); nth += 1);
    for (const pair of pairs) {
      expect(await standing(pair)).toEqual(going);
      expect(await noticesTo(pair.learnerId)).toEqual(['mentorship-paused', 'mentorship-resumed']);
    }
    expect((await holds.read(by.mentorId)).fence).toBeUndefined();
  });
});
