import { describe, expect, it } from 'vitest';
import { MentorId } from '../../functions/identity/contract.ts';
import { askForMore, decideMore } from '../../functions/mentoring/extension.rules.ts';
import { handOver, isClose } from '../../functions/mentoring/handover.rules.ts';
import {
  ended,
  endingOf,
  mentorshipDue,
  paused,
  resumed,
} from '../../functions/mentoring/mentorship.rules.ts';
import { decideOutcome, dispute, tell, untold } from '../../functions/mentoring/outcome.rules.ts';
import { MentorshipId } from '../../functions/mentoring/words.contract.ts';
import { moment, running, seenSession, terms } from './running.ts';

const start = '2025-06-09T07:00:00Z';
const afterwards = '2025-06-09T08:00:00Z';
/** One of sixteen is booked. */
const booked = { budget: { granted: 16, used: 0, left: 15 } };
const usedUp = { budget: { granted: 16, used: 16, left: 0 }, usedUpAt: '2025-06-20T08:00:00.000Z' };
const asked = {
  extension: {
    state: 'asked',
    askedAt: '2025-06-20T08:00:00.000Z',
    askedBy: 'learner',
    reason: 'More.',
  },
};

const budgetOf = (change: ReturnType<typeof tell>) =>
  'code' in change ? change.code : change.next.budget;

describe('edge case 29: telling how a session ended', () => {
  it.each([
    ['before it begins', '2025-06-09T06:59:00Z', {}, {}, 'session-not-begun'],
    ['from its beginning on', start, {}, {}, { granted: 16, used: 1, left: 15 }],
    ['on the last day', '2025-06-16T14:59:59Z', {}, {}, { granted: 16, used: 1, left: 15 }],
    ['after the last day', '2025-06-16T15:00:00Z', {}, {}, 'outcome-too-late'],
    ['of one called off', afterwards, {}, { state: 'cancelled' }, 'outcome-told'],
    [
      'edge case 34: of one that was held',
      afterwards,
      { state: 'paused', pausedAt: '2025-06-09T06:00:00.000Z' },
      {},
      'session-held',
    ],
    [
      'of one that was held before the pause',
      afterwards,
      { state: 'paused', pausedAt: '2025-06-09T07:30:00.000Z' },
      {},
      { granted: 16, used: 1, left: 15 },
    ],
  ])('%s', (_, at, mentorship, session, expected) => {
    const change = tell(
      terms(at),
      running({ ...booked, ...mentorship }),
      seenSession(start, session),
      'completed',
    );
    expect(budgetOf(change)).toEqual(expected);
  });

  it('by nobody in time: it is given back', () => {
    expect(
      untold(terms('2025-06-16T14:59:59Z'), running(booked), seenSession(start)),
    ).toBeUndefined();
    expect(
      untold(terms('2025-06-16T15:00:00Z'), running(booked), seenSession(start)),
    ).toMatchObject({
      next: { budget: { granted: 16, used: 0, left: 16 } },
      sessions: [{ after: { state: 'ended', toldBy: 'time' } }],
    });
  });

  it.each([
    [
      'that it took place: it is used up and paid',
      15,
      'completed',
      { granted: 16, used: 1, left: 14 },
    ],
    ['that it did not', 15, 'mentor-no-show', { granted: 16, used: 0, left: 15 }],
    [
      'that it took place, when it was booked anew',
      0,
      'completed',
      { granted: 16, used: 0, left: 0 },
    ],
  ] as const)('by nobody in time: a coordinator decides %s', (_, left, outcome, expected) => {
    const closed = seenSession(start, {
      ...{ state: 'ended', toldBy: 'time', toldAt: '2025-06-16T15:00:00.000Z' },
    });
    const seen = running({ budget: { granted: 16, used: 0, left } });
    const change = decideOutcome(terms('2025-06-20T00:00:00Z'), seen, closed, outcome);
    expect(budgetOf(change)).toEqual(expected);
    expect(change).toMatchObject({ sessions: [{ after: { outcome, toldBy: 'coordinator' } }] });
  });

  it('twice by a coordinator: there is nothing to decide', () => {
    const decided = seenSession(start, {
      state: 'ended',
      toldBy: 'coordinator',
      outcome: 'completed',
    });
    const again = decideOutcome(terms(afterwards), running(booked), decided, 'mentor-no-show');
    expect(again).toMatchObject({ code: 'nothing-to-decide' });
  });
});

describe('disputing how a session ended', () => {
  const told = {
    state: 'ended',
    outcome: 'learner-no-show',
    toldBy: 'mentor',
    toldAt: '2025-06-10T00:00:00.000Z',
  };
  const used = running({ budget: { granted: 16, used: 1, left: 15 } });

  it.each([
    ['on the last day', '2025-06-17T14:59:59Z', {}, 'mentor-no-show', undefined],
    ['after it', '2025-06-17T15:00:00Z', {}, 'mentor-no-show', 'outcome-too-late'],
    ['with the same outcome', afterwards, {}, 'learner-no-show', 'nothing-to-dispute'],
    [
      'decided by a coordinator',
      afterwards,
      { toldBy: 'coordinator' },
      'completed',
      'nothing-to-dispute',
    ],
  ] as const)('%s', (_, at, otherwise, says, code) => {
    const change = dispute(terms(at), used, seenSession(start, { ...told, ...otherwise }), says);
    expect('code' in change ? change.code : undefined).toBe(code);
  });

  it.each([
    [
      'that it did not use up the session',
      15,
      'mentor-no-show',
      { granted: 16, used: 0, left: 16 },
    ],
    ['that it did', 15, 'completed', { granted: 16, used: 1, left: 15 }],
  ] as const)('a coordinator decides %s', (_, left, outcome, expected) => {
    const open = { dispute: { state: 'open', says: outcome, at: '2025-06-10T01:00:00.000Z' } };
    const seen = running({ budget: { granted: 16, used: 1, left } });
    const change = decideOutcome(
      terms(afterwards),
      seen,
      seenSession(start, { ...told, ...open }),
      outcome,
    );
    expect(budgetOf(change)).toEqual(expected);
  });

  it('one that was given back and booked anew is not taken from the learner again', () => {
    const open = { dispute: { state: 'open', says: 'completed', at: '2025-06-10T01:00:00.000Z' } };
    const seen = running({ budget: { granted: 16, used: 15, left: 0 } });
    const before = seenSession(start, { ...told, outcome: 'mentor-no-show', ...open });
    expect(budgetOf(decideOutcome(terms(afterwards), seen, before, 'completed'))).toEqual(
      seen.budget,
    );
  });
});

describe('edge case 27: asking for more', () => {
  it.each([
    ['on the last day', '2025-07-27T14:59:59Z', {}, undefined],
    ['after the last week', '2025-07-27T15:00:00Z', {}, 'extension-too-late'],
    ['twice at a time', '2025-06-21T00:00:00Z', asked, 'extension-asked'],
    [
      'more often than the policy says',
      '2025-06-21T00:00:00Z',
      { extensions: 1 },
      'no-extension-left',
    ],
    ['of what has ended', '2025-06-21T00:00:00Z', { state: 'ended' }, 'not-active'],
  ])('%s', (_, at, otherwise, code) => {
    const decided = askForMore(terms(at), running(otherwise), 'learner', 'More.');
    expect('code' in decided ? decided.code : undefined).toBe(code);
  });

  it.each([
    ['in time', '2025-07-20T00:00:00Z', '2025-08-24'],
    ['after the last day, which costs the learner nothing', '2025-08-03T00:00:00Z', '2025-08-31'],
  ])('approved %s', (_, at, until) => {
    expect(decideMore(terms(at), running({ ...usedUp, ...asked }), 'approved')).toMatchObject({
      until,
      budget: { granted: 24, used: 16, left: 8 },
      extension: { state: 'approved' },
    });
  });
});

describe('how a mentorship ends by itself', () => {
  it.each([
    ['when all is used up and a week has passed', usedUp, '2025-06-27T15:00:00Z', 'completed'],
    [
      'not before: the last can be disputed, and more be asked for',
      usedUp,
      '2025-06-27T14:59:59Z',
      undefined,
    ],
    [
      'not while a coordinator is asked for more',
      { ...usedUp, ...asked },
      '2025-07-10T00:00:00Z',
      undefined,
    ],
    ['when the span is over and a week has passed', {}, '2025-08-03T15:00:00Z', 'span-over'],
    [
      'not while it is held: its last day moves by those days',
      { state: 'paused', pausedBecause: 'asked' },
      '2025-08-03T15:00:00Z',
      undefined,
    ],
    [
      'held too, when all is used up: no session remains to wait for',
      { ...usedUp, state: 'paused', pausedBecause: 'asked' },
      '2025-06-27T15:00:00Z',
      'completed',
    ],
    ['not while a session waits for its outcome', booked, '2025-08-03T15:00:00Z', undefined],
    ['not before it has begun', { state: 'offered' }, '2025-08-03T15:00:00Z', undefined],
  ])('%s', (_, otherwise, at, expected) => {
    const mentorship = running(otherwise);
    expect(endingOf(terms(at), mentorship)).toBe(expected);
    if (expected !== undefined) {
      const before = moment(at).subtract({ minutes: 1 }).toString();
      expect(mentorshipDue(terms(before), mentorship)).toBe(at.replace('Z', '.000Z'));
    }
  });
});

describe('edge cases 2, 34 and 35: a mentorship that is held', () => {
  const sessions = [seenSession(start), seenSession('2025-06-30T07:00:00Z', {}, 1)];
  const two = { budget: { granted: 16, used: 0, left: 14 } };

  it('goes on later by as many days, and gives back what it missed', () => {
    const held = paused(running(two), 'check-expired', moment('2025-06-05T00:00:00Z'));
    expect(held).toMatchObject({ state: 'paused', pausedBecause: 'check-expired' });
    const change = resumed(terms('2025-06-15T00:00:00Z'), held ?? running(), sessions);
    expect(change).toMatchObject({
      next: { state: 'active', until: '2025-08-06', budget: { left: 15 } },
      sessions: [{ after: { state: 'cancelled', sequence: 1 } }],
    });
    expect(change.next.pausedAt).toBeUndefined();
  });

  it('is not held twice', () => {
    expect(paused(running({ state: 'paused' }), 'asked', moment(start))).toBeUndefined();
  });

  it('when it ends, a session that waits for its outcome keeps its time', () => {
    const change = ended(running(two), 'learner-left', sessions, moment(afterwards));
    expect(change).toMatchObject({ next: { budget: { granted: 16, used: 0, left: 15 } } });
    expect(change.sessions.map(({ after }) => after.start)).toEqual(['2025-06-30T07:00:00Z']);
  });
});

describe('edge case 28: handing over', () => {
  const other = { mentorId: MentorId.parse(`mnt_${'1'.repeat(26)}`), state: 'selected' } as const;
  const to = (mentor: object = {}, otherwise: object = {}) =>
    handOver(
      terms(afterwards),
      running({ budget: { granted: 16, used: 9, left: 6 }, ...otherwise }),
      [seenSession('2025-06-30T07:00:00Z')],
      {
        mentor: { ...other, ...mentor },
        mentorshipId: MentorshipId.parse(`msh_${'1'.repeat(26)}`),
      },
    );

  it('after nine of sixteen with one booked, seven carry over and none is counted twice', () => {
    expect(to()).toMatchObject({
      ending: { next: { state: 'ended', budget: { granted: 9, used: 9, left: 0 } } },
      going: { state: 'offered', budget: { granted: 7, used: 0, left: 7 } },
    });
  });

  it.each([
    ['to the same mentor', { mentorId: running().mentorId }, {}, 'same-mentor'],
    ['to one who is suspended', { state: 'suspended' }, {}, 'mentor-not-available'],
    [
      'edge case 34: to one whose check has expired',
      { checkUntil: '2025-06-08' },
      {},
      'mentor-not-available',
    ],
    ['of what has ended', {}, { state: 'ended' }, 'not-active'],
  ])('%s is refused', (_, mentor, otherwise, code) => {
    expect(to(mentor, otherwise)).toMatchObject({ code });
  });

  it('edge case 33: never to one of the household', () => {
    expect(isClose(['a', 'b'], ['b'])?.code).toBe('same-household');
    expect(isClose(['a'], ['b'])).toBeUndefined();
  });
});
