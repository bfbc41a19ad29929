import { describe, expect, it } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { dueOn, whenDue } from '../../functions/eligibility/due.rules.ts';
import { takeOffer } from '../../functions/eligibility/offer.rules.ts';
import { at, village } from '../runtime/village.ts';
import { application, decided } from './applications.ts';

const submitted = { changedAt: '2025-07-01T00:00:00.000Z' };
const region = village();

/** An approval up to 30 June 2026 that can be renewed from 1 May, with parts of it otherwise. */
function approval(otherwise: Partial<Application> = {}): Application {
  return { ...decided(application(submitted), 'approved'), renewFrom: '2026-05-01', ...otherwise };
}

const waiting = (otherwise: object = {}) => application({ ...submitted, ...otherwise });

/** All that time does to an application by a moment, one step after the other. */
function by(one: Application, localTime: string) {
  const told: string[] = [];
  let next = one;
  for (;;) {
    const step = whenDue(region, next, at(localTime));
    if (step === undefined) return { next, told };
    told.push(step.told.kind);
    next = step.next;
    if (told.length > 5) throw new Error('it never ends');
  }
}

describe('the day on which something is due', () => {
  it.each<[string, Application, string | undefined]>([
    ['is the first of an approval’s days', approval(), '2026-05-01'],
    ['is the day after its last, once reminded', approval({ reminded: true }), '2026-07-01'],
    ['is the day after a paper’s last', approval({ papersUntil: '2025-12-31' }), '2026-01-01'],
    [
      'is the day after the grace, once it has begun',
      approval({ papersUntil: '2025-12-31', graceUntil: '2026-01-30' }),
      '2026-01-31',
    ],
    ['is the day after an age bound’s', approval({ ageUntil: '2026-02-28' }), '2026-03-01'],
    [
      'of what is suspended is its end',
      approval({ state: 'suspended', because: 'paper-expired', papersUntil: '2025-12-31' }),
      '2026-07-01',
    ],
    [
      'of an offer is the day after its last',
      approval({
        state: 'offered',
        offerUntil: '2025-07-09',
        renewFrom: undefined,
        validUntil: undefined,
      }),
      '2025-07-10',
    ],
    ['is none while an officer has to look', waiting(), undefined],
    ['is a paper’s day during review', waiting({ papersUntil: '2025-08-31' }), '2025-09-01'],
    ['is none once it is over', approval({ state: 'ended', because: 'withdrawn' }), undefined],
  ])('%s', (_what, one, day) => {
    expect(dueOn(one)).toBe(day);
  });
});

describe('what time does to an approval', () => {
  it('reminds once, from the first day on which it can be renewed', () => {
    expect(by(approval(), '2026-04-30T23:59').told).toEqual([]);
    const one = approval();
    const { next, told } = by(one, '2026-05-01T00:00');
    expect(told).toEqual(['approval-expiring']);
    expect(next).toEqual({ ...one, reminded: true });
    expect(by(next, '2026-06-30T23:59').told).toEqual([]);
  });

  it('ends it when its last day has passed, in the region’s time', () => {
    expect(by(approval({ reminded: true }), '2026-06-30T23:59').next.state).toBe('approved');
    expect(by(approval({ reminded: true }), '2026-07-01T00:00')).toMatchObject({
      next: { state: 'ended', because: 'expired', changedAt: '2026-06-30T15:00:00.000Z' },
      told: ['approval-ended'],
    });
  });

  it('ends what is suspended too', () => {
    const suspended = approval({ state: 'suspended', because: 'profile-changed' });
    expect(by(suspended, '2026-07-01T00:00').next).toMatchObject({
      state: 'ended',
      because: 'expired',
    });
  });

  it('edge case 4: ends it when an age bound is passed', () => {
    const bounded = approval({ ageUntil: '2026-02-28' });
    expect(by(bounded, '2026-02-28T23:59').next.state).toBe('approved');
    expect(by(bounded, '2026-03-01T00:00').next).toMatchObject({
      state: 'ended',
      because: 'too-old',
    });
  });

  it('edge case 10: a paper that expires begins the grace, and its end suspends', () => {
    const one = approval({ papersUntil: '2025-12-31' });
    const inGrace = by(one, '2026-01-01T00:00');
    expect(inGrace).toMatchObject({
      next: { state: 'approved', graceUntil: '2026-01-30' },
      told: ['paper-expired'],
    });
    expect(by(inGrace.next, '2026-01-30T23:59').told).toEqual([]);
    const suspended = by(inGrace.next, '2026-01-31T00:00');
    expect(suspended).toMatchObject({
      next: { state: 'suspended', because: 'paper-expired' },
      told: ['approval-suspended'],
    });
  });

  it('edge case 10: while a new paper waits for an officer, time reminds and does not suspend', () => {
    const one = approval({ papersUntil: '2025-12-31', graceUntil: '2026-01-30' });
    const handedIn: Application = { ...one, waitingFor: 'papers-replaced' };
    expect(by(handedIn, '2026-05-01T00:00').told).toEqual(['approval-expiring']);
    expect(by(one, '2026-05-01T00:00').told).toEqual(['approval-suspended']);
  });

  it('edge case 10: the grace is whole even where nobody looked for weeks', () => {
    const late = by(approval({ papersUntil: '2025-12-31' }), '2026-02-10T09:00');
    expect(late.next).toMatchObject({ state: 'approved', graceUntil: '2026-03-11' });
  });
});

describe('what time does to an application that waits', () => {
  it('edge case 10: a paper that expires during review is asked for anew', () => {
    const asked = by(waiting({ papersUntil: '2025-08-31' }), '2025-09-01T00:00');
    expect(asked).toMatchObject({
      next: {
        state: 'waiting',
        waitingFor: 'evidence',
        request: { until: '2025-09-15', before: 'officer-group' },
      },
      told: ['evidence-needed'],
    });
    expect(asked.next).not.toHaveProperty('papersUntil');
  });

  it('what was asked for and did not come in time is rejected by the rules, and explained', () => {
    const { next } = by(waiting({ papersUntil: '2025-08-31' }), '2025-09-01T00:00');
    expect(by(next, '2025-09-15T23:59').told).toEqual([]);
    expect(by(next, '2025-09-16T00:00')).toMatchObject({
      next: {
        state: 'rejected',
        decision: {
          decidedBy: 'rules',
          policyVersion: 'first-2025',
          findings: [{ rule: 'evidence', met: false }],
        },
      },
      told: ['application-rejected'],
    });
  });
});

describe('what time does to an offer', () => {
  const offer = (): Application => {
    const { validUntil, renewFrom, ...rest } = approval();
    return { ...rest, state: 'offered', offerUntil: '2025-07-09', lot: 0 };
  };

  it('edge case 13: it can be taken up to its last day, and is refused afterwards', () => {
    expect(takeOffer(region, offer(), at('2025-07-09T23:59'))).toMatchObject({
      kind: 'answered',
      next: { state: 'approved', validUntil: '2026-07-08', renewFrom: '2026-05-09', lot: 0 },
    });
    expect(takeOffer(region, offer(), at('2025-07-10T00:00'))).toMatchObject({
      kind: 'refused',
      code: 'offer-expired',
    });
  });

  it('edge case 4: taken, it is no approval beyond an age bound', () => {
    const young = { ...offer(), ageUntil: '2026-01-31' };
    expect(takeOffer(region, young, at('2025-07-09T12:00'))).toMatchObject({
      next: { validUntil: '2026-01-31', renewFrom: '2025-12-02', ageUntil: '2026-01-31' },
    });
  });

  it('it lapses; taken then, it is refused for the same reason', () => {
    const { next, told } = by(offer(), '2025-07-10T00:00');
    expect([next.state, told]).toEqual(['lapsed', ['offer-lapsed']]);
    expect(takeOffer(region, next, at('2025-07-10T00:00'))).toMatchObject({
      code: 'offer-expired',
    });
  });

  it('taken twice changes nothing; without an offer there is nothing to take', () => {
    expect(takeOffer(region, approval(), at('2025-07-09T12:00'))).toEqual({ kind: 'unchanged' });
    const { validUntil, ...rest } = approval();
    const waits: Application = { ...rest, state: 'waitlisted' };
    expect(takeOffer(region, waits, at('2025-07-09T12:00'))).toMatchObject({ code: 'no-offer' });
  });
});
