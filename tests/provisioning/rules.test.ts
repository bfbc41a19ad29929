import { describe, expect, it } from 'vitest';
import { wantedOf } from '../../functions/enrolment/place.rules.ts';
import {
  lateUntilOf,
  nextStep,
  secondsOfLateness,
  settle,
} from '../../functions/provisioning/rules.ts';
import { place } from '../enrolment/places.ts';
import { at } from '../runtime/village.ts';
import { account, active, failed, long, mill, pending, row, suspended } from './rows.ts';

const summer = at('2025-07-01T12:00');
const [early, late] = ['2025-07-01T02:59:00Z', '2025-07-01T03:01:00Z'];

describe('an account is wanted', () => {
  it.each([
    ['active by a place that is pending', { subject: pending }, {}, 'active'],
    ['active by a place that is active', { subject: active }, {}, 'active'],
    ['active by one of two places', { subject: failed, language: active }, {}, 'active'],
    ['suspended while the approval is', { subject: active }, suspended, 'suspended'],
    ['not by a place that failed', { subject: failed }, {}, 'none'],
    ['not by a place at another provider', { subject: place('well') }, suspended, 'none'],
    ['not by nobody', {}, {}, 'none'],
  ] as const)('%s', (_what, places, otherwise, wanted) => {
    expect(wantedOf(row(places, {}, otherwise), mill)).toBe(wanted);
  });
});

describe('the next step for an account', () => {
  it.each([
    ['never heard of', undefined, 'active', 'create'],
    ['begun, its answer never heard', 'creating', 'active', 'create'],
    ['there', 'present', 'active', 'nothing'],
    ['edge case 21: suspended', 'suspended', 'active', 'resume'],
    ['being suspended or resumed, its answer never heard', 'changing', 'active', 'resume'],
    ['being deleted, for certain before it is made anew', 'deleting', 'active', 'delete'],
    ['gone', 'absent', 'active', 'create'],
    ['never heard of', undefined, 'suspended', 'delete'],
    ['edge case 17: still being created', 'creating', 'suspended', 'delete'],
    ['there', 'present', 'suspended', 'suspend'],
    ['being suspended or resumed, its answer never heard', 'changing', 'suspended', 'suspend'],
    ['suspended', 'suspended', 'suspended', 'nothing'],
    ['gone', 'absent', 'suspended', 'nothing'],
    ['never heard of', undefined, 'none', 'delete'],
    ['edge case 17: still being created', 'creating', 'none', 'delete'],
    ['there', 'present', 'none', 'delete'],
    ['suspended', 'suspended', 'none', 'delete'],
    ['being suspended or resumed, its answer never heard', 'changing', 'none', 'delete'],
    ['edge case 22: being deleted, its answer never heard', 'deleting', 'none', 'delete'],
    ['edge case 22: gone', 'absent', 'none', 'nothing'],
  ] as const)('that is %s (%s) and wanted %s: %s', (_what, state, wanted, step) => {
    const rows = {
      active: row({ subject: active }),
      suspended: row({ subject: active }, {}, suspended),
      none: row({}, { mill: long }),
    };
    const known = state === undefined ? undefined : account(state);
    expect(nextStep(rows[wanted], mill, known, summer)).toBe(step);
  });

  it.each([
    [
      'a person is to make it',
      { kind: 'person', reason: 'by-hand', since: early },
      'create',
      'wait',
    ],
    ['accepted, and not long ago', { kind: 'accepted', askAgainAt: late }, 'create', 'wait'],
    ['accepted long ago', { kind: 'accepted', askAgainAt: early }, 'create', 'create'],
    [
      'what was accepted was another step',
      { kind: 'accepted', askAgainAt: late },
      'delete',
      'create',
    ],
  ] as const)('while %s: %s', (_what, open, asked, step) => {
    const known = { ...account('creating'), asked, open };
    expect(nextStep(row({ subject: pending }), mill, known, summer)).toBe(step);
    expect(nextStep(row({}, { mill: long }), mill, known, summer)).toBe(
      asked === 'delete' ? 'wait' : 'delete',
    );
  });

  it('edge case 24: a message redriven after the withdrawal was done does nothing', () => {
    expect(nextStep(row({}), mill, account('absent'), summer)).toBe('nothing');
  });
});

describe('given a request to make an account whose answer never came', () => {
  const asked = at('2025-07-01T12:00');
  const lateUntil = lateUntilOf(asked);

  it.each([
    ['at once', 0, 900],
    ['after five minutes', 5, 600],
    ['in the last second', 14 + 59 / 60, 1],
    ['after a quarter of an hour', 15, 0],
    ['after a day', 1_440, 0],
  ])('%s it may still be done for so many seconds', (_when, minutes, seconds) => {
    const now = asked.add({ seconds: Math.round(minutes * 60) });
    expect(secondsOfLateness(lateUntil, now)).toBe(seconds);
  });

  it('there is nothing to fear where every answer came', () => {
    expect(secondsOfLateness(undefined, asked)).toBe(0);
  });
});

describe('given how a step at the provider ended', () => {
  const done = { kind: 'done' } as const;
  const refused = { kind: 'rejected', failure: 'account-of-another' } as const;
  const due = { sweepDue: '2025-07-01T03:15:00.000Z' };

  it('done, makes the pending places with that provider active', () => {
    const before = row({
      subject: pending,
      language: pending,
      reading: place('well', { state: 'pending' }),
    });
    expect(settle(before, mill, done)?.places).toEqual({
      subject: { ...pending, state: 'active' },
      language: { ...pending, state: 'active' },
      reading: before.places.reading,
    });
  });

  it('done, makes them suspended while the approval is', () => {
    const before = row({ subject: pending }, {}, suspended);
    expect(settle(before, mill, done)?.places).toEqual({
      subject: { ...pending, state: 'suspended' },
    });
  });

  it('refused, makes them failed and says why', () => {
    expect(settle(row({ subject: pending }), mill, refused)?.places).toEqual({
      subject: { ...pending, state: 'failed', failure: 'account-of-another' },
    });
  });

  it.each([
    ['active', active],
    ['failed', failed],
  ])('leaves a place alone that is %s', (_state, standing) => {
    for (const settlement of [done, refused]) {
      expect(settle(row({ subject: standing }), mill, settlement)).toBe(undefined);
    }
  });

  it('takes the ending off, and only that of this provider', () => {
    const before = row({}, { mill: long, well: long });
    expect(settle(before, mill, done)?.endings).toEqual({ well: long });
  });

  it('says nothing where nothing changes, so that the stream is not woken', () => {
    expect(settle(row({}), mill, done)).toBe(undefined);
    expect(settle(row({ subject: place('well') }, { well: long }), mill, done)).toBe(undefined);
  });

  it('takes the row off the sweep when all is well, and not before', () => {
    const alone = row({ subject: pending }, {}, due);
    expect(settle(alone, mill, done)).not.toHaveProperty('sweepDue');
    expect(settle(alone, mill, refused)).not.toHaveProperty('sweepDue');
    for (const more of [
      row({ subject: pending, reading: place('well', { state: 'pending' }) }, {}, due),
      row({ subject: pending }, { well: long }, due),
    ]) {
      expect(settle(more, mill, done)).toMatchObject(due);
    }
  });

  it('keeps approval, learner and the version that it was decided on', () => {
    const { places, ...rest } = row({ subject: pending }, {}, { version: 9 });
    expect(settle({ places, ...rest }, mill, done)).toMatchObject(rest);
  });
});
