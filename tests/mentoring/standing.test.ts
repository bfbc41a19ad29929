import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { Application, ApplicationId } from '../../functions/eligibility/contract.ts';
import { LearnerId, Profile } from '../../functions/identity/contract.ts';
import { type ConsentState, consentStates } from '../../functions/identity/learner.contract.ts';
import { reminderDue } from '../../functions/mentoring/reminder.rules.ts';
import { type HeldBecause, heldBecause, turnOf } from '../../functions/mentoring/standing.rules.ts';
import { MentorshipId, SessionId } from '../../functions/mentoring/words.contract.ts';
import { MentorId, newId } from '../../functions/runtime/ids.ts';
import { mentored } from './mentorships.ts';

const learnerId = newId(LearnerId, 'lrn');
const now = Temporal.Instant.from('2025-06-08T07:00:00Z');

/** Noon in the village on 8 June, of whom all is in order but what the test says. */
function standing({
  consent = 'granted',
  application = {},
  checkUntil = '2025-06-08',
}: {
  readonly consent?: ConsentState | 'gone';
  readonly application?: object | 'none';
  readonly checkUntil?: string | 'none' | 'gone';
} = {}) {
  const who = { name: '김하늘', birthDate: '2012-05-20', stage: 'middle', areaId: 'river' };
  const at = '2025-05-02T00:00:00.000Z';
  const findings = [{ rule: 'officer-judged', met: true, explanation: 'Form 7 was shown.' }];
  const made = { policyVersion: 'first-2025', legalBasis: 'Ordinance', findings };
  const approved = {
    ...{ applicationId: newId(ApplicationId, 'app'), learnerId, groupId: 'low-income' },
    ...{ areaId: 'river', stage: 'middle', state: 'approved', submittedAt: at, changedAt: at },
    decision: { outcome: 'approved', ...made, decidedBy: 'officer', decidedAt: at },
    validUntil: '2025-06-08',
  };
  return {
    profile:
      consent === 'gone'
        ? undefined
        : Profile.parse({ ...who, learnerId, language: 'ko', consent: { state: consent } }),
    applications:
      application === 'none' ? [] : [Application.parse({ ...approved, ...application })],
    mentor:
      checkUntil === 'gone'
        ? undefined
        : { checkUntil: checkUntil === 'none' ? undefined : checkUntil },
  };
}

const stops = ['conflict', 'withdrawn', 'own-lapsed'];

describe('whether a mentorship may go on', () => {
  it.each(consentStates)('edge cases 1, 2 and 4: with consent "%s"', (consent) => {
    const because = stops.includes(consent) ? 'consent' : undefined;
    expect(heldBecause(mentored, standing({ consent }), now)).toBe(because);
  });

  it.each<[string, Parameters<typeof standing>[0], HeldBecause | undefined]>([
    ['on the last day of approval and check', {}, undefined],
    [
      'after the last day of the approval',
      { application: { validUntil: '2025-06-07' } },
      'approval',
    ],
    ['with an approval that is suspended', { application: { state: 'suspended' } }, 'approval'],
    ['without any application', { application: 'none' }, 'approval'],
    [
      'edge case 34: after the last day of the check',
      { checkUntil: '2025-06-07' },
      'check-expired',
    ],
    ['where no check was asked for', { checkUntil: 'none' }, undefined],
    ['with a mentor who is there no more', { checkUntil: 'gone' }, 'check-expired'],
    ['of a learner who is there no more', { consent: 'gone' }, 'consent'],
    [
      'with several reasons, by the gravest',
      { consent: 'withdrawn', application: 'none' },
      'consent',
    ],
  ])('%s', (_what, otherwise, because) => {
    expect(heldBecause(mentored, standing(otherwise), now)).toBe(because);
  });

  it('in an area that has given mentoring up goes on', () => {
    const areas = mentored.areas.map((area) => ({ ...area, services: [] }));
    expect(heldBecause({ ...mentored, areas }, standing(), now)).toBeUndefined();
  });
});

describe('what becomes of a mentorship', () => {
  it.each([
    ['active', undefined, undefined, 'none'],
    ['active', undefined, 'consent', 'pause'],
    ['paused', 'consent', 'consent', 'none'],
    ['paused', 'consent', 'check-expired', 'relabel'],
    ['paused', 'consent', undefined, 'resume'],
    ['paused', 'approval', undefined, 'resume'],
    ['paused', 'check-expired', undefined, 'resume'],
    // What people have paused, they let go on.
    ['paused', 'asked', undefined, 'none'],
    ['paused', 'asked', 'consent', 'none'],
    ['paused', 'safeguarding', undefined, 'none'],
    ['paused', 'safeguarding', 'check-expired', 'none'],
    ['offered', undefined, 'consent', 'none'],
    ['ended', undefined, 'consent', 'none'],
  ] as const)('%s because of %s, now held for %s: %s', (state, pausedBecause, because, kind) => {
    const { kind: turned } = turnOf({ state, pausedBecause }, because);
    expect(turned).toBe(kind);
  });
});

describe('which reminder is due', () => {
  const session = {
    ...{ sessionId: newId(SessionId, 'ses'), mentorshipId: newId(MentorshipId, 'msh'), learnerId },
    ...{ mentorId: newId(MentorId, 'mnt'), start: '2025-06-09T07:00:00Z', minutes: 30 },
    ...({ way: 'online', state: 'booked', uid: 'uid', sequence: 0 } as const),
  };

  it.each([
    ['2025-06-08T06:59:59Z', undefined, undefined],
    ['2025-06-08T07:00:00Z', undefined, 'day'],
    ['2025-06-08T07:00:00Z', 'day', undefined],
    ['2025-06-09T05:59:59Z', undefined, 'day'],
    ['2025-06-09T06:00:00Z', undefined, 'hour'],
    ['2025-06-09T06:00:00Z', 'day', 'hour'],
    ['2025-06-09T06:05:00Z', 'hour', undefined],
    ['2025-06-09T07:00:00Z', 'day', undefined],
  ] as const)('at %s, the last one being %s: %s', (at, reminded, reminder) => {
    const seen = { session, version: 1, reminded };
    expect(reminderDue({ state: 'active' }, seen, Temporal.Instant.from(at))).toBe(reminder);
  });
});
