import { describe, expect, it } from 'vitest';
import type { Places } from '../../functions/enrolment/contract.ts';
import { messagesFor, postponed, unsettledProviders } from '../../functions/provisioning/rules.ts';
import { approval, place } from '../enrolment/places.ts';
import { at } from '../runtime/village.ts';

import { active, failed, long, pending, row, suspended } from './rows.ts';

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
      'edge case 17: a switch while the first is pending',
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
    ['edge case 20: after an outage of two hours: two hours', 2, 120],
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
