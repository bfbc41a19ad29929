import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { LearnerId, MentorId, StaffId } from '../../functions/identity/contract.ts';
import { Mentor, type MentorState } from '../../functions/mentoring/mentor.contract.ts';
import { Mentorship } from '../../functions/mentoring/mentorship.contract.ts';
import { termsOf } from '../../functions/mentoring/mentorship.rules.ts';
import { type Accused, ReportId } from '../../functions/mentoring/report.contract.ts';
import {
  accusedBy,
  asSidesSee,
  concernedBy,
  holdsDeletion,
  isOver,
  maySee,
  noHold,
  releasedBy,
} from '../../functions/mentoring/report.rules.ts';
import { settled } from '../../functions/mentoring/settling.rules.ts';
import { MentorshipId, RequestId } from '../../functions/mentoring/words.contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { AreaId } from '../../regions/schema.ts';
import { textsOf } from '../../regions/texts.ts';
import { runs } from '../runs.ts';
import { mentored, sixteen } from './mentorships.ts';

const now = Temporal.Instant.from('2025-06-09T00:00:00Z');
const [river, hill] = [AreaId.parse('river'), AreaId.parse('hill')];
const lead = newId(StaffId, 'stf');
const mentorId = newId(MentorId, 'mnt');
const learnerId = newId(LearnerId, 'lrn');
const newReport = () => newId(ReportId, 'rpt');

const mentorIn = (state: MentorState): Mentor =>
  Mentor.parse({
    ...{ mentorId, state, since: '2025-05-01T00:00:00.000Z', subjects: [], topics: ['sport'] },
    ...{ languages: ['ko'], ways: ['online'], areas: [], capacity: 5, mentees: 1, exceptions: [] },
    weekly: [{ day: 'monday', from: '16:00', until: '18:00' }],
    ...{ nominated: false, formerMember: false },
  });

const mentorship = (otherwise: object = {}): Mentorship =>
  Mentorship.parse({
    ...{ mentorshipId: newId(MentorshipId, 'msh'), requestId: newId(RequestId, 'req') },
    ...{ learnerId, mentorId, areaId: river, subjects: [], topics: [], way: 'online' },
    ...{ state: 'active', budget: { granted: 16, used: 0, left: 16 }, extensions: 0 },
    ...{ from: '2025-06-02', until: '2025-07-27', policyVersion: sixteen.version },
    createdAt: '2025-06-01T00:00:00.000Z',
    ...otherwise,
  });

describe('who reads a report (edge cases 35 and 50)', () => {
  const region = { kind: 'region' } as const;
  const inRiver = { kind: 'area', areaId: river } as const;
  const mentor: Accused = { kind: 'mentor', mentorId };
  const other: Accused = { kind: 'staff', staffId: newId(StaffId, 'stf') };
  const themself: Accused = { kind: 'staff', staffId: lead };
  const unnamed: Accused = { kind: 'staff' };
  it.each([
    ['about a mentor, of the whole region', mentor, river, region, true],
    ['about a mentor, of its area', mentor, river, inRiver, true],
    ['about a mentor, of another area', mentor, hill, inRiver, false],
    ['of no area, of one area', mentor, undefined, inRiver, false],
    ['of no area, of the whole region', mentor, undefined, region, true],
    ['about another member of staff', other, river, inRiver, true],
    ['about somebody whom nobody could name', unnamed, river, region, true],
    ['about the lead, of the whole region', themself, river, region, false],
    ['about the lead, of their area', themself, river, inRiver, false],
  ])('a lead reads one %s: %s', (_which, about, areaId, scope, seen) => {
    const report = areaId === undefined ? { about } : { about, areaId };
    expect(maySee({ staffId: lead, scope }, report)).toBe(seen);
  });
});

describe('edge case 35: given a report about a mentor', () => {
  it.each(['applied', 'selected', 'rejected', 'left'] as const)(
    'who was %s: suspended at once, and that again once it is dismissed',
    (state) => {
      const reportId = newReport();
      const { hold, mentor } = accusedBy(noHold(mentorId), reportId, mentorIn(state), [], now);
      expect(mentor?.state).toBe('suspended');
      expect(releasedBy(hold, reportId, 'dismissed').mentor).toBe(state);
      // Whoever left could apply anew: suspended for good is not left.
      expect(releasedBy(hold, reportId, 'upheld').mentor).toBeUndefined();
    },
  );

  it('upheld, and another that is dismissed after it: suspended for good all the same', () => {
    const [first, second] = [newReport(), newReport()];
    const once = accusedBy(noHold(mentorId), first, mentorIn('selected'), [], now);
    const twice = accusedBy(once.hold, second, once.mentor, [], now);
    const { hold } = releasedBy(twice.hold, first, 'upheld');
    const released = releasedBy(hold, second, 'dismissed');
    expect(released).toMatchObject({ mentor: undefined, hold: { settling: 'end' } });
  });

  it('every mentorship that goes on is paused, one that was paused otherwise too, and no other is touched', () => {
    const active = mentorship();
    const asked = mentorship({ state: 'paused', pausedBecause: 'asked', pausedAt: now.toString() });
    const offered = mentorship({ state: 'offered' });
    const over = mentorship({ state: 'ended', endedBecause: 'completed' });
    const all = [active, asked, offered, over];
    const stopped = accusedBy(noHold(mentorId), newReport(), mentorIn('selected'), all, now);
    const paused = { state: 'paused', pausedBecause: 'safeguarding' };
    expect(stopped.mentorships).toMatchObject([
      { mentorshipId: active.mentorshipId, ...paused },
      { mentorshipId: asked.mentorshipId, ...paused, pausedBefore: 'asked' },
    ]);
  });

  it.each(['en', 'ko'])('no mail about it says that there is one (%s)', (language) => {
    const { notices } = textsOf(language);
    const mails = ['mentor-suspended', 'mentor-reinstated', 'mentorship-paused'] as const;
    const texts = JSON.stringify(mails.map((kind) => notices[kind]));
    expect(texts).not.toMatch(/report|safeguard|accus|신고|보호 조치/i);
    expect(texts).toContain('{{region}}');
  });

  it('neither side reads that there is one', () => {
    const paused = mentorship({ state: 'paused', pausedBecause: 'safeguarding' });
    const over = mentorship({ state: 'ended', endedBecause: 'safeguarding' });
    expect(JSON.stringify([paused, over].map(asSidesSee))).not.toContain('safeguarding');
  });
});

/** What may happen to a mentor by reports: made about them or only naming them, and one of those open decided. */
const deeds = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('accuse' as const, 'accuse' as const, 'concern' as const) }),
    fc.record({
      kind: fc.constant('decide' as const),
      at: fc.nat(),
      outcome: fc.constantFrom('upheld' as const, 'dismissed' as const),
    }),
  ),
  { maxLength: 12 },
);

it('edge case 35: suspended exactly while a report about them is open or was upheld, and held while any names them', () => {
  fc.assert(
    fc.property(deeds, (story) => {
      let hold = noHold(mentorId);
      let mentor = mentorIn('selected');
      let upheld = false;
      const open: { readonly reportId: ReportId; readonly accuses: boolean }[] = [];
      for (const deed of story) {
        if (deed.kind === 'decide') {
          const [decided] = open.splice(deed.at % Math.max(open.length, 1), 1);
          if (decided === undefined) continue;
          const released = releasedBy(hold, decided.reportId, deed.outcome);
          hold = released.hold;
          mentor = { ...mentor, state: released.mentor ?? mentor.state };
          upheld ||= decided.accuses && deed.outcome === 'upheld';
        } else {
          const accuses = deed.kind === 'accuse';
          const reportId = newReport();
          open.push({ reportId, accuses });
          const stopped = accusedBy(hold, reportId, mentor, [], now);
          hold = accuses ? stopped.hold : concernedBy(hold, reportId);
          if (accuses) mentor = stopped.mentor ?? mentor;
        }
        const accused = open.some(({ accuses }) => accuses);
        expect(mentor.state).toBe(accused || upheld ? 'suspended' : 'selected');
        expect(holdsDeletion(hold)).toBe(open.length > 0);
        expect(isOver(hold) && open.length > 0).toBe(false);
        if (accused && !upheld) expect(hold.settling).toBeUndefined();
      }
    }),
    { numRuns: runs(150) },
  );
});

describe('given that all reports about a mentor are decided', () => {
  const paused = mentorship({
    ...{ state: 'paused', pausedBecause: 'safeguarding', pausedAt: '2025-06-04T00:00:00Z' },
  });
  const terms = termsOf(mentored, paused, now);
  it.each([
    ['dismissed', 'resume', undefined, undefined, { state: 'active', until: '2025-08-01' }],
    ['upheld', 'end', undefined, undefined, { state: 'ended', endedBecause: 'safeguarding' }],
    [
      'dismissed, and paused on request before',
      'resume',
      'asked',
      'consent',
      { state: 'paused', pausedBecause: 'asked' },
    ],
    [
      'dismissed, and the check has still ended',
      'resume',
      'check-expired',
      'check-expired',
      { state: 'paused', pausedBecause: 'check-expired' },
    ],
    [
      'dismissed, and the check was renewed meanwhile',
      'resume',
      'check-expired',
      undefined,
      { state: 'active' },
    ],
    [
      'edge case 34: dismissed, and the check has ended meanwhile',
      'resume',
      undefined,
      'check-expired',
      { state: 'paused', pausedBecause: 'check-expired' },
    ],
    [
      'edge case 2: dismissed, and consent was taken back meanwhile',
      'resume',
      'check-expired',
      'consent',
      { state: 'paused', pausedBecause: 'consent' },
    ],
  ] as const)(
    '%s: its mentorships are as they would be',
    (_how, settling, pausedBefore, because, next) => {
      const row = { ...paused, ...(pausedBefore && { pausedBefore }) };
      const change = settled(terms, { settling }, row, [], because);
      expect(change?.next).toMatchObject(next);
      expect(change?.next).not.toHaveProperty('pausedBefore');
    },
  );

  it('what was not paused by a report stays as it is', () => {
    for (const other of [mentorship(), mentorship({ state: 'paused', pausedBecause: 'asked' })]) {
      const hold = { settling: 'end' } as const;
      expect(settled(terms, hold, other, [], undefined)).toBeUndefined();
    }
  });
});
