import { describe, expect, it } from 'vitest';
import type { Places } from '../../functions/enrolment/contract.ts';
import { wantedOf } from '../../functions/enrolment/place.rules.ts';
import type { Account } from '../../functions/provisioning/contract.ts';
import {
  lateUntilOf,
  messagesFor,
  nextStep,
  postponed,
  secondsOfLateness,
  settle,
  unsettledProviders,
} from '../../functions/provisioning/rules.ts';
import { ProviderId } from '../../regions/schema.ts';
import { approval, approved, place } from '../enrolment/places.ts';
import { at } from '../runtime/village.ts';

const mill = ProviderId.parse('mill');
const pending = place('mill', { state: 'pending' });
const active = place('mill');
const failed = place('mill', { state: 'failed', failure: 'provider-rejected' });
const long = '2025-06-30T00:00:00.000Z';

/** A learner's row with these places and endings. */
const row = (places: object, endings: object = {}, otherwise: object = {}): Places =>
  approved({ places, endings, ...otherwise });

const account = (state: Account['state']): Account => ({
  learnerId: row({}).learnerId,
  providerId: mill,
  state,
  fence: 3,
});

const suspended = { approval: approval({ state: 'suspended' }) };

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
    ['edge 21: suspended', 'suspended', 'active', 'resume'],
    ['being suspended or resumed, its answer never heard', 'changing', 'active', 'resume'],
    ['being deleted, for certain before it is made anew', 'deleting', 'active', 'delete'],
    ['gone', 'absent', 'active', 'create'],
    ['never heard of', undefined, 'suspended', 'delete'],
    ['edge 17: still being created', 'creating', 'suspended', 'delete'],
    ['there', 'present', 'suspended', 'suspend'],
    ['being suspended or resumed, its answer never heard', 'changing', 'suspended', 'suspend'],
    ['suspended', 'suspended', 'suspended', 'nothing'],
    ['gone', 'absent', 'suspended', 'nothing'],
    ['never heard of', undefined, 'none', 'delete'],
    ['edge 17: still being created', 'creating', 'none', 'delete'],
    ['there', 'present', 'none', 'delete'],
    ['suspended', 'suspended', 'none', 'delete'],
    ['being suspended or resumed, its answer never heard', 'changing', 'none', 'delete'],
    ['edge 22: being deleted, its answer never heard', 'deleting', 'none', 'delete'],
    ['edge 22: gone', 'absent', 'none', 'nothing'],
  ] as const)('that is %s (%s) and wanted %s: %s', (_what, state, wanted, step) => {
    const rows = {
      active: row({ subject: active }),
      suspended: row({ subject: active }, {}, suspended),
      none: row({}, { mill: long }),
    };
    const known = state === undefined ? undefined : account(state);
    expect(nextStep(rows[wanted], mill, known)).toBe(step);
  });

  it('edge 24: a message redriven after the withdrawal was done does nothing', () => {
    expect(nextStep(row({}), mill, account('absent'))).toBe('nothing');
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
  const refused = { kind: 'refused', failure: 'account-of-another' } as const;
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

describe('given a change of a learner’s row, the messages', () => {
  /** Providers that get a message when the row becomes another. */
  const to = (before: Places | undefined, after: Places) =>
    messagesFor(before, after)
      .map(({ providerId }) => providerId)
      .sort();
  const empty = row({});

  it.each<[string, Places | undefined, Places, string[]]>([
    ['a place is chosen', empty, row({ subject: pending }), ['mill']],
    [
      'two places at two providers',
      empty,
      row({ subject: pending, reading: place('well', { state: 'pending' }) }),
      ['mill', 'well'],
    ],
    [
      'two places at one provider',
      empty,
      row({ subject: pending, language: { ...pending } }),
      ['mill'],
    ],
    [
      'a second place at the provider',
      row({ subject: active }),
      row({ subject: active, language: pending }),
      ['mill'],
    ],
    ['the row appears with a place', undefined, row({ subject: pending }), ['mill']],
    ['a place is given back', row({ subject: active }), row({}, { mill: long }), ['mill']],
    [
      'edge 17: a switch while the first is pending',
      row({ subject: pending }),
      row({ subject: place('forge', { state: 'pending' }) }, { mill: long }),
      ['forge', 'mill'],
    ],
    [
      'given back and chosen anew between two looks',
      row({ subject: pending }),
      row({ subject: place('mill', { state: 'pending' }) }),
      ['mill'],
    ],
    [
      'chosen again while it was to be ended',
      row({}, { mill: long }),
      row({ subject: pending }),
      ['mill'],
    ],
    [
      'ended for a second time',
      row({}, { mill: long }),
      row({}, { mill: '2025-07-01T00:00:00.000Z' }),
      ['mill'],
    ],
    ['a place became active', row({ subject: pending }), row({ subject: active }), []],
    ['a place failed', row({ subject: pending }), row({ subject: failed }), []],
    ['an ending is done', row({}, { mill: long }), row({}), []],
    ['an approval', undefined, empty, []],
    [
      'the approval is suspended while the account is still being made',
      row({ subject: pending }),
      row({ subject: pending }, {}, suspended),
      ['mill'],
    ],
    ['nothing', row({ subject: pending }), row({ subject: pending }), []],
    [
      'one of two became active',
      row({ subject: pending, reading: place('well', { state: 'pending' }) }),
      row({ subject: active, reading: place('well') }),
      [],
    ],
  ])('%s', (_what, before, after, providers) => {
    expect(to(before, after)).toEqual(providers);
  });

  it('the sweep put off, or the approval renewed: none, for there is nothing new to do', () => {
    const waiting = row({ subject: pending }, { well: long }, { sweepDue: long });
    expect(to(waiting, postponed(waiting, at('2025-07-01T12:00')))).toEqual([]);
    expect(to(waiting, { ...waiting, approval: approval({ areaId: 'hill' }) })).toEqual([]);
  });

  it('carry ids and the version, nothing of the learner', () => {
    const after = row({ subject: pending }, {}, { version: 4 });
    expect(messagesFor(empty, after)).toEqual([
      { learnerId: after.learnerId, providerId: 'mill', version: 4 },
    ]);
  });
});

describe('providers at which something is to be done', () => {
  it.each<[string, Places, string[]]>([
    [
      'none where all is well',
      row({ subject: active, reading: place('well', { state: 'failed' }) }),
      [],
    ],
    ['those of pending places, each once', row({ subject: pending, language: pending }), ['mill']],
    ['those of endings', row({ subject: active }, { well: long }), ['well']],
    ['both', row({ subject: pending }, { well: long }), ['mill', 'well']],
  ])('%s', (_what, places, providers) => {
    expect(unsettledProviders(places).toSorted()).toEqual(providers);
  });
});

describe('given a row that the sweep has sent for', () => {
  const now = at('2025-07-01T12:00');
  const since = (hours: number) =>
    now.subtract({ minutes: hours * 60 }).toString({ smallestUnit: 'millisecond' });
  /** Minutes from now at which the sweep comes back. */
  const minutes = (places: Places) =>
    (Date.parse(postponed(places, now).sweepDue ?? '') - now.epochMilliseconds) / 60_000;

  it.each([
    ['soon after it was chosen: the shortest time', 0, 15],
    ['after half an hour: half an hour', 0.5, 30],
    ['edge 20: after an outage of two hours: two hours', 2, 120],
    ['after two days: the longest time', 48, 240],
    ['chosen by a clock that was ahead: the shortest time', -1, 15],
  ])('%s', (_what, hours, expected) => {
    expect(minutes(row({ subject: { ...pending, chosenAt: since(hours) } }))).toBe(expected);
    expect(minutes(row({}, { mill: since(hours) }))).toBe(expected);
  });

  it('counts from what has waited longest, of what still waits', () => {
    const places = {
      subject: { ...pending, chosenAt: since(1) },
      reading: place('well', { chosenAt: since(48) }),
    };
    expect(minutes(row(places))).toBe(60);
    expect(minutes(row(places, { forge: since(3) }))).toBe(180);
  });
});
