import { describe, expect, it } from 'vitest';
import { book, mayMeet, move, type Other } from '../../functions/mentoring/booking.rules.ts';
import { termsOf } from '../../functions/mentoring/mentorship.rules.ts';
import { cancel, openSpan, sessionDue, startsOf } from '../../functions/mentoring/session.rules.ts';
import { SessionId, weekdays } from '../../functions/mentoring/words.contract.ts';
import { mentored } from './mentorships.ts';
import { moment, running, seenSession, terms } from './running.ts';

const always = weekdays.map((day) => ({ day, from: '00:00', until: '24:00' }));
const mentor: Other = {
  side: 'mentor',
  availability: { timeZone: 'Asia/Seoul', weekly: always, exceptions: [] },
};
/** Free on Mondays from 16:00 to 18:00 in Seoul, which is 07:00 to 09:00 UTC. */
const mondays: Other = {
  ...mentor,
  availability: {
    ...mentor.availability,
    weekly: [{ day: 'monday', from: '16:00', until: '18:00' }],
  },
};
const sessionId = SessionId.parse(`ses_${'0'.repeat(26)}`);
const now = '2025-06-02T00:00:00Z';

/** The code of a refusal, or how many sessions change. */
const outcomeOf = (decided: ReturnType<typeof book>) =>
  'code' in decided ? decided.code : decided.sessions.length;

const bookAt = (start: string, { mentorship = running(), other = mentor, meeting = {} } = {}) =>
  outcomeOf(book(terms(now), mentorship, [{ start: moment(start), sessionId }], 1, meeting, other));

describe('booking a session', () => {
  it.each([
    ['in the span', '2025-06-09T07:00:00Z', 1],
    ['edge case 27: until the midnight that ends the last day', '2025-07-27T14:30:00Z', 1],
    ['edge case 27: across the midnight of the last day', '2025-07-27T14:45:00Z', 'outside-span'],
    ['edge case 27: after the last day', '2025-07-27T15:00:00Z', 'outside-span'],
    ['at a moment that has passed', '2025-06-01T23:45:00Z', 'start-passed'],
    ['at this very moment', now, 'start-passed'],
  ])('%s, at %s: %s', (_, start, expected) => {
    expect(bookAt(start)).toBe(expected);
  });

  it.each([
    [
      'edge case 27: the seventeenth',
      { budget: { granted: 16, used: 16, left: 0 } },
      'no-session-left',
    ],
    ['of a match that waits for answers', { state: 'offered' }, 'not-active'],
    ['of one that is paused', { state: 'paused', pausedAt: now }, 'not-active'],
    ['of one that has ended', { state: 'ended' }, 'not-active'],
    ['with sixteen booked', { budget: { granted: 24, used: 0, left: 8 } }, 'too-many-booked'],
    ['offline without a place', { way: 'offline' }, 'venue-required'],
  ])('%s is refused', (_, otherwise, code) => {
    expect(bookAt('2025-06-09T07:00:00Z', { mentorship: running(otherwise) })).toBe(code);
  });

  it.each([
    ['2025-06-09T08:30:00Z', 1],
    ['2025-06-09T08:45:00Z', 'mentor-not-free'],
    ['2025-06-10T07:00:00Z', 'mentor-not-free'],
  ])('at %s when the mentor is free on Mondays from 16:00 to 18:00: %s', (start, expected) => {
    expect(bookAt(start, { other: mondays })).toBe(expected);
  });
});

describe('a series', () => {
  const series = {
    days: ['monday', 'thursday'],
    at: '16:00',
    count: 16,
    from: '2025-06-02',
  } as const;
  const wished = (otherwise: object, at = now) =>
    startsOf(terms(at), running(), { series: { ...series, days: [...series.days], ...otherwise } });

  it('of sixteen in eight weeks fits', () => {
    expect(wished({})).toHaveLength(16);
  });

  it('begins with the first that has not passed', () => {
    const [first] = wished({ count: 1 }, '2025-06-02T08:00:00Z');
    expect(String(first)).toBe('2025-06-05T07:00:00Z');
  });

  it('edge case 31: at 16:00 stays at 16:00 when the clocks of the region change', () => {
    const inNewYork = { ...mentored, timeZone: 'America/New_York' };
    const spring = running({ from: '2026-03-02', until: '2026-04-26' });
    const at = termsOf(inNewYork, spring, moment('2026-03-01T12:00:00Z'));
    const wish = { days: ['monday' as const], at: '16:00', count: 3, from: '2026-03-02' };
    const starts = startsOf(at, spring, { series: wish });
    expect(starts.map(String)).toEqual([
      '2026-03-02T21:00:00Z',
      '2026-03-09T20:00:00Z',
      '2026-03-16T20:00:00Z',
    ]);
  });

  it('that the span has too few days for is refused as a whole', () => {
    const starts = wished({ from: '2025-07-21' });
    expect(starts).toHaveLength(2);
    const wanted = starts.map((start) => ({ start, sessionId }));
    expect(outcomeOf(book(terms(now), running(), wanted, 16, {}, mentor))).toBe('outside-span');
  });
});

describe('edge case 30: moving a session', () => {
  const session = seenSession('2025-06-09T07:00:00Z');
  const to = (start: string, at = now, other = mentor) =>
    move(terms(at), running(), session, { start }, other);

  it('keeps its UID and raises its SEQUENCE', () => {
    expect(to('2025-06-10T07:00:00Z')).toMatchObject({
      sessions: [{ after: { uid: session.session.uid, sequence: 1 } }],
    });
  });

  it.each([
    ['to where it is: nothing', '2025-06-09T07:00:00Z', now, 'mentor', 0],
    ['by its learner in time', '2025-06-10T07:00:00Z', '2025-06-08T07:00:00Z', 'mentor', 1],
    [
      'by its learner late',
      '2025-06-10T07:00:00Z',
      '2025-06-08T07:00:01Z',
      'mentor',
      'too-late-to-move',
    ],
    ['by its mentor late', '2025-06-10T07:00:00Z', '2025-06-09T06:59:00Z', 'learner', 1],
    [
      'when it has begun',
      '2025-06-10T07:00:00Z',
      '2025-06-09T07:00:00Z',
      'learner',
      'session-over',
    ],
    ['behind the span', '2025-07-28T07:00:00Z', now, 'mentor', 'outside-span'],
  ] as const)('%s', (_, start, at, side, expected) => {
    expect(outcomeOf(to(start, at, { ...mentor, side }))).toBe(expected);
  });
});

describe('edge case 29: calling a session off', () => {
  it.each([
    ['the learner in time', 'learner', '2025-06-08T07:00:00Z', {}, undefined],
    ['the learner late', 'learner', '2025-06-08T07:00:01Z', {}, 'learner-cancelled-late'],
    ['the mentor late', 'mentor', '2025-06-09T06:00:00Z', {}, undefined],
    [
      'the learner late, of one that is held anyway',
      'learner',
      '2025-06-09T06:00:00Z',
      { state: 'paused', pausedAt: now },
      undefined,
    ],
  ] as const)('by %s', (_, side, at, otherwise, outcome) => {
    const booked = running({ budget: { granted: 16, used: 0, left: 15 }, ...otherwise });
    const change = cancel(terms(at), booked, seenSession('2025-06-09T07:00:00Z'), side);
    const used = outcome === undefined ? 0 : 1;
    expect(change).toMatchObject({
      next: { budget: { granted: 16, used, left: 16 - used } },
      sessions: [{ after: { state: 'cancelled', sequence: 1, toldBy: side } }],
    });
    if ('code' in change) throw new Error(change.code);
    expect(change.sessions[0]?.after.outcome).toBe(outcome);
  });
});

describe('when a session is looked at next', () => {
  it.each([
    ['2025-06-02T00:00:00Z', '2025-06-08T07:00:00.000Z'],
    ['2025-06-08T07:00:00Z', '2025-06-09T06:00:00.000Z'],
    ['2025-06-09T06:30:00Z', '2025-06-16T15:00:00.000Z'],
  ])('at %s: %s', (at, due) => {
    expect(sessionDue(terms(at), seenSession('2025-06-09T07:00:00Z').session)).toBe(due);
  });

  it('never, of one that was called off', () => {
    const { session } = seenSession('2025-06-09T07:00:00Z', { state: 'cancelled' });
    expect(sessionDue(terms(now), session)).toBeUndefined();
  });
});

it.each([
  [
    'from now on, not before',
    { from: '2025-06-01' },
    '2025-06-02T00:00:00Z',
    '2025-06-14T15:00:00Z',
  ],
  [
    'at most 31 days',
    { from: '2025-06-10', until: '2026-01-01' },
    '2025-06-09T15:00:00Z',
    '2025-07-10T15:00:00Z',
  ],
  [
    'not behind the last day',
    { from: '2025-07-20' },
    '2025-07-19T15:00:00Z',
    '2025-07-27T15:00:00Z',
  ],
  ['nothing behind it', { from: '2025-07-28' }, undefined, undefined],
])('open times are listed %s', (_, asked, from, until) => {
  const span = openSpan(terms(now), running(), asked);
  expect([span?.from.toString(), span?.until.toString()]).toEqual([from, until]);
});

it.each([
  ['edge case 34: on the last day of the check', { checkUntil: '2025-06-02' }, undefined],
  ['edge case 34: on the day after', { checkUntil: '2025-06-01' }, 'mentor-check-expired'],
  ['edge case 35: suspended', { state: 'suspended' }, 'mentor-not-active'],
  ['gone', { state: 'left' }, 'mentor-not-active'],
] as const)('a mentor meets learners: %s', (_, otherwise, code) => {
  expect(mayMeet(terms(now), { state: 'selected', ...otherwise })?.code).toBe(code);
});
