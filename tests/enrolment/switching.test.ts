import { describe, expect, it } from 'vitest';
import { switchesLeft } from '../../functions/enrolment/fit.rules.ts';
import { choose, giveBack, switchProvider } from '../../functions/enrolment/rules.ts';
import { mayWait } from '../../functions/enrolment/waiting.rules.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';
import { approval, approved, place, wish } from './places.ts';

const region = village();
const summer = at('2025-07-01T12:00');
const seat = { seat: { areaId: 'river', lot: 0 } };

/** What asking for another provider of the language place came to, in a word. */
const word = (decide: typeof choose, seen: object, providerId: string, moment = summer) => {
  const choice = decide(region, approved(seen), wish('language', providerId), moment);
  return choice.kind === 'refused' ? choice.code : choice.kind;
};

describe('given a learner who changes to another provider', () => {
  it.each<[string, object, string, string]>([
    ['with a place', { places: { language: place('mill') } }, 'well', 'chosen'],
    ['without one', {}, 'well', 'place-empty'],
    ['to the same', { places: { language: place('mill') } }, 'mill', 'unchanged'],
    [
      'to one that does not offer it',
      { places: { language: place('mill') } },
      'x',
      'provider-not-offered',
    ],
    ['for the last time', { places: { language: place('mill') }, switched: 1 }, 'well', 'chosen'],
    [
      'more often than the policy says',
      { places: { language: place('mill') }, switched: 2 },
      'well',
      'no-switch-left',
    ],
    [
      'after the provider refused the account: free',
      { places: { language: place('mill', { state: 'failed' }) }, switched: 2 },
      'well',
      'chosen',
    ],
    [
      'while the approval is suspended',
      {
        approval: approval({ state: 'suspended' }),
        places: { language: place('mill', { state: 'suspended' }) },
      },
      'well',
      'approval-suspended',
    ],
    [
      'after the approval has ended',
      { approval: approval({ state: 'ended' }), places: { language: place('mill') } },
      'well',
      'approval-expired',
    ],
  ])('%s', (_what, seen, providerId, expected) => {
    expect(word(switchProvider, seen, providerId)).toBe(expected);
  });

  it('edge case 25: leaving a provider whose contract has ended is free', () => {
    const seen = { places: { language: place('forge') }, switched: 2 };
    expect(word(switchProvider, seen, 'well', at('2025-08-31T12:00'))).toBe('no-switch-left');
    expect(word(switchProvider, seen, 'well', at('2025-09-01T12:00'))).toBe('chosen');
  });

  it('edge case 17: the old account is ended although it is still being made, and the seat goes back', () => {
    const seen = approved({ places: { language: place('well', { state: 'pending', ...seat }) } });
    const choice = switchProvider(region, seen, wish('language', 'mill'), summer);
    if (choice.kind !== 'chosen') throw new Error(choice.kind);
    const { next, freed, ended, told } = choice.change;
    expect(next.places.language).toMatchObject({ providerId: 'mill', state: 'pending' });
    expect(next.endings).toHaveProperty('well');
    expect(next.switched).toBe(1);
    expect(freed).toEqual([{ providerId: 'well', ...seat.seat }]);
    expect(ended).toMatchObject([{ place: 'language', providerId: 'well', reason: 'switched' }]);
    expect(told).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'not without a switch left: the seat would be held in vain',
      { switched: 2 },
      'no-switch-left',
    ],
    ['with one left', { switched: 1 }, 'allowed'],
    [
      'where leaving is free',
      { places: { language: place('mill', { state: 'failed' }) }, switched: 2 },
      'allowed',
    ],
    [
      'not either after giving the place back',
      { places: {}, givenBack: { language: 'mill' }, switched: 2 },
      'no-switch-left',
    ],
  ])('waits for a seat elsewhere %s', (_what, otherwise, expected) => {
    const seen = approved({ places: { language: place('mill') }, ...otherwise });
    const joining = mayWait(region, seen, wish('language', 'well'), summer);
    expect(joining.kind === 'refused' ? joining.code : joining.kind).toBe(expected);
  });

  it('can see how often they still can', () => {
    expect(
      [0, 1, 2, 3].map((switched) => switchesLeft(region, approved({ switched }), summer)),
    ).toEqual([2, 1, 0, 0]);
  });
});

describe('given a learner who gives a place back and chooses again', () => {
  const returned = (otherwise: object = {}) => {
    const change = giveBack(
      region,
      approved({ places: { language: place('mill') }, ...otherwise }),
      'language',
      summer,
    );
    if (change === undefined) throw new Error('it was there');
    return change.next;
  };

  it('another provider is the switch that it is', () => {
    expect(word(choose, returned({ switched: 2 }), 'well')).toBe('no-switch-left');
    const choice = choose(region, returned(), wish('language', 'well'), summer);
    if (choice.kind !== 'chosen') throw new Error(choice.kind);
    expect(choice.change.next).toMatchObject({ switched: 1, givenBack: {} });
  });

  it('the same provider is none', () => {
    expect(word(choose, returned({ switched: 2 }), 'mill')).toBe('chosen');
  });

  it('after a place that failed it is none', () => {
    const failed = { places: { language: place('mill', { state: 'failed' }) }, switched: 2 };
    expect(word(choose, returned(failed), 'well')).toBe('chosen');
  });

  it('edge case 25: after a provider that has left since it is none', () => {
    const left = returned({ places: { language: place('forge') }, switched: 2 });
    expect(word(choose, left, 'well', at('2025-09-02T12:00'))).toBe('chosen');
  });
});

describe('given a policy with two places in a category', () => {
  const two = village({ policies: [{ ...firstPolicy, places: { language: 2 } }] });
  const seen = approved({ places: { language: place('mill') } });
  it.each([
    ['the second place', 'language-2', 'well', 'chosen'],
    ['not a third', 'language-3', 'well', 'no-such-place'],
    ['not the same provider twice', 'language-2', 'mill', 'provider-chosen-already'],
  ] as const)('they can choose %s', (_what, placeId, providerId, expected) => {
    const choice = choose(two, seen, wish(placeId, providerId), summer);
    expect(choice.kind === 'refused' ? choice.code : choice.kind).toBe(expected);
  });
});
