import { describe, expect, it } from 'vitest';
import { accountIdOf, type PlaceId, Places } from '../../functions/enrolment/contract.ts';
import { seated, unchanged } from '../../functions/enrolment/place.rules.ts';
import { type Choice, choose, giveBack } from '../../functions/enrolment/rules.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { at, village } from '../runtime/village.ts';
import { approval, approved, place, wish } from './places.ts';

const region = village();
const summer = at('2025-07-01T12:00');
const fifteenMinutesLater = '2025-07-01T03:15:00.000Z';

/** What a choice came to, in a word. */
const word = (choice: Choice) => (choice.kind === 'refused' ? choice.code : choice.kind);

/** The decision of a choice that must have been taken. */
function chosen(choice: Choice) {
  if (choice.kind !== 'chosen') throw new Error(`not chosen: ${word(choice)}`);
  return choice;
}

describe('given a learner who chooses a provider', () => {
  const filled = { places: { subject: place('mill') } };

  it.each<[string, object, PlaceId, string, string, string]>([
    [
      'an empty place and a provider that offers it',
      {},
      'subject',
      'mill',
      '2025-07-01T12:00',
      'chosen',
    ],
    ['no approval', { approval: undefined }, 'subject', 'mill', '2025-07-01T12:00', 'not-eligible'],
    ['on the last day of the approval', {}, 'subject', 'mill', '2026-06-30T23:59:59', 'chosen'],
    ['the day after', {}, 'subject', 'mill', '2026-07-01T00:00', 'approval-expired'],
    [
      'a category that the policy in force does not have',
      {},
      'language',
      'mill',
      '2026-04-01T12:00',
      'no-such-place',
    ],
    [
      'a provider that nobody has heard of',
      {},
      'subject',
      'moon',
      '2025-07-01T12:00',
      'provider-not-offered',
    ],
    [
      'a provider of another category',
      {},
      'subject',
      'well',
      '2025-07-01T12:00',
      'provider-not-offered',
    ],
    [
      'a provider of another stage',
      { approval: approval({ stage: 'lifelong' }) },
      'subject',
      'mill',
      '2025-07-01T12:00',
      'provider-not-offered',
    ],
    [
      'a provider on the last day of its contract',
      {},
      'subject',
      'forge',
      '2025-08-31T23:59:59',
      'chosen',
    ],
    [
      'a provider whose contract has ended',
      {},
      'subject',
      'forge',
      '2025-09-01T00:00',
      'contract-not-running',
    ],
    [
      'the provider that is there already',
      filled,
      'subject',
      'mill',
      '2025-07-01T12:00',
      'unchanged',
    ],
    [
      'the provider that is there, its contract ended since',
      { places: { subject: place('forge') } },
      'subject',
      'forge',
      '2025-10-01T12:00',
      'unchanged',
    ],
    [
      'edge case 16: another provider for a place that is filled',
      filled,
      'subject',
      'forge',
      '2025-07-01T12:00',
      'place-taken',
    ],
    [
      'the same provider for another place',
      filled,
      'language',
      'mill',
      '2025-07-01T12:00',
      'chosen',
    ],
    [
      'another place beside one that is filled',
      filled,
      'reading',
      'well',
      '2025-07-01T12:00',
      'chosen',
    ],
  ])('%s', (_what, otherwise, category, providerId, moment, expected) => {
    const seen = approved(otherwise);
    const before = structuredClone(seen);
    expect(word(choose(region, seen, wish(category, providerId), at(moment)))).toBe(expected);
    expect(seen, 'what was seen is left as it was').toEqual(before);
  });

  it('the stage is the approved one, whatever the profile says now', () => {
    const middle = approved({ approval: approval({ stage: 'middle' }) });
    expect(word(choose(region, middle, wish('language', 'mill'), summer))).toBe(
      'provider-not-offered',
    );
    expect(word(choose(region, middle, wish('subject', 'mill'), summer))).toBe('chosen');
  });

  it('edge case 16: a filled place is a conflict, everything else a rule', () => {
    const taken = choose(region, approved(filled), wish('subject', 'forge'), summer);
    expect(taken).toMatchObject({ because: 'conflict', detail: expect.stringContaining('"mill"') });
    const other = choose(
      region,
      approved({ approval: undefined }),
      wish('subject', 'mill'),
      summer,
    );
    expect(other).toMatchObject({ because: 'rule' });
  });

  it('gets a place that waits for its account, and the sweep looks after it', () => {
    const asked = wish('subject', 'mill');
    const { place: made, change } = chosen(choose(region, approved(), asked, summer));
    const { next } = change;
    expect(made).toEqual({
      enrolmentId: asked.enrolmentId,
      providerId: 'mill',
      state: 'pending',
      chosenAt: '2025-07-01T03:00:00.000Z',
    });
    expect(next).toMatchObject({ places: { subject: made }, sweepDue: fifteenMinutesLater });
    expect(Places.safeParse(next).error).toBe(undefined);
  });

  it('decides on the version that it saw', () => {
    const { change } = chosen(
      choose(region, approved({ version: 7 }), wish('subject', 'mill'), summer),
    );
    expect(change.next.version).toBe(7);
  });

  it('edge case 21: of a provider that was to be ended, takes the ending back', () => {
    const leaving = approved({
      endings: { mill: '2025-06-30T00:00:00.000Z', well: '2025-06-30T00:00:00.000Z' },
    });
    const { change } = chosen(choose(region, leaving, wish('subject', 'mill'), summer));
    expect(change.next.endings).toEqual({ well: '2025-06-30T00:00:00.000Z' });
  });

  it('needs a seat where the provider has so many, in the area of the approval', () => {
    const lotsOf = (areaId: string, providerId: string) => {
      const learner = approved({ approval: approval({ areaId }) });
      return chosen(choose(region, learner, wish('language', providerId), summer)).change.take;
    };
    expect(lotsOf('river', 'mill')).toBe(undefined);
    expect(lotsOf('river', 'well')).toEqual({
      providerId: 'well',
      areaId: 'river',
      capacities: [50],
      placeId: 'language',
      for: 'place',
    });
    expect(lotsOf('hill', 'well')?.capacities).toEqual([1_000, 1_000, 500]);
    expect(lotsOf('hill', 'forge')?.capacities).toEqual([0]);
  });
});

describe('given a place whose seat was found', () => {
  const areaId = AreaId.parse('river');
  const take = { providerId: ProviderId.parse('well'), areaId, capacities: [9] } as const;

  it('remembers where the seat goes back to first', () => {
    const next = approved({ places: { subject: place('well'), reading: place('well') } });
    const sat = seated(unchanged(next), { ...take, placeId: 'subject', for: 'place' }, 2);
    expect(sat.places.subject).toEqual({ ...next.places.subject, seat: { areaId, lot: 2 } });
    expect(sat.places.reading).toEqual(next.places.reading);
  });

  it.each(['place', 'offer'] as const)('is a mistake of ours where there is no %s', (what) => {
    const seat = () => seated(unchanged(approved()), { ...take, placeId: 'subject', for: what }, 2);
    expect(seat).toThrow(RangeError);
  });
});

describe('given a learner who gives a place back', () => {
  /** What is left when the subject is given back. */
  function left(otherwise: object) {
    const returned = giveBack(region, approved(otherwise), 'subject', summer);
    if (returned === undefined) throw new Error('nothing was there');
    return returned;
  }
  const now = '2025-07-01T03:00:00.000Z';

  it('that is not there: nothing happens', () => {
    expect(giveBack(region, approved(), 'subject', summer)).toBe(undefined);
    const other = approved({ places: { reading: place('well') } });
    expect(giveBack(region, other, 'subject', summer)).toBe(undefined);
  });

  it('it is gone at once, and the account is to be ended', () => {
    const { next, ended } = left({ places: { subject: place('mill') } });
    expect(ended).toMatchObject([{ place: 'subject', providerId: 'mill', reason: 'given-back' }]);
    expect(next).toMatchObject({
      places: {},
      endings: { mill: now },
      sweepDue: fifteenMinutesLater,
    });
  });

  it('the others stay as they are', () => {
    const reading = place('well');
    const { next } = left({ places: { subject: place('mill'), reading } });
    expect(next.places).toEqual({ reading });
  });

  it('without an approval that holds, too', () => {
    const { next } = left({ approval: undefined, places: { subject: place('mill') } });
    expect(next.places).toEqual({});
  });

  it.each(['pending', 'active', 'failed'] as const)(
    'edge case 17: a place that is %s is ended at its provider: an account may be on its way',
    (state) => {
      expect(left({ places: { subject: place('mill', { state }) } }).next.endings).toEqual({
        mill: now,
      });
    },
  );

  it.each(['pending', 'active'] as const)(
    'the account stays while another place with its provider is %s',
    (state) => {
      const language = place('mill', { state });
      expect(left({ places: { subject: place('mill'), language } }).next.endings).toEqual({});
    },
  );

  it('the account does not stay for another place with its provider that failed', () => {
    const language = place('mill', { state: 'failed', failure: 'account-of-another' });
    expect(left({ places: { subject: place('mill'), language } }).next.endings).toEqual({
      mill: now,
    });
  });

  it('leaves the sweep nothing to do where no account changes', () => {
    const places = { subject: place('mill'), language: place('mill') };
    expect(left({ places }).next).not.toHaveProperty('sweepDue');
    const waiting = { ...places, language: place('mill', { state: 'pending' }) };
    expect(left({ places: waiting }).next.sweepDue).toBe(fifteenMinutesLater);
  });
});

describe("a learner's account at a provider", () => {
  const learnerId = LearnerId.parse('lrn_00000000000000000000000000');

  it('has the same id always, and another at each provider', () => {
    const mill = accountIdOf(learnerId, ProviderId.parse('mill'));
    expect(mill).toBe(accountIdOf(learnerId, ProviderId.parse('mill')));
    expect(mill).not.toBe(accountIdOf(learnerId, ProviderId.parse('well')));
    expect(mill).not.toContain(learnerId.slice(4));
  });
});
