import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fallDue, followApproval } from '../../functions/enrolment/approval.rules.ts';
import type { PlaceId, Places } from '../../functions/enrolment/contract.ts';
import { misfitOf, refit } from '../../functions/enrolment/fit.rules.ts';
import { entriesOf, unchanged } from '../../functions/enrolment/place.rules.ts';
import { choose, giveBack, switchProvider } from '../../functions/enrolment/rules.ts';
import { offerSeat } from '../../functions/enrolment/waiting.rules.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { at, firstPolicy, mill, secondPolicy, village, well } from '../runtime/village.ts';
import { approval, approved, place, wish } from './places.ts';

/** Two language places until March, then one. */
const region = village({
  policies: [
    { ...firstPolicy, places: { subject: 1, language: 2, reading: 1 } },
    { ...secondPolicy, places: { subject: 1, language: 1, reading: 1 } },
  ],
});
const summer = at('2025-07-01T12:00');
const spring = at('2026-03-01T00:00');
const later = {
  applicationId: 'app_00000000000000000000000001',
  changedAt: '2025-07-01T02:00:00.000Z',
};
/** A learner of high school whose renewal is for middle school, where the mill has subjects only. */
const renewedFor = (stage: string, seen: Places) => {
  const change = followApproval(region, seen, approval({ ...later, stage }), summer);
  if (change === undefined) throw new Error('it is a renewal');
  return change;
};
const graces = ({ places }: Places) =>
  Object.fromEntries(entriesOf(places).map(([id, { graceUntil }]) => [id, graceUntil]));
/** Which place is with whom. */
const held = ({ places }: Places) =>
  Object.fromEntries(entriesOf(places).map(([id, { providerId }]) => [id, providerId]));

describe('given a learner whose stage of life has changed', () => {
  const both = approved({ places: { subject: place('mill'), language: place('mill') } });

  it('keeps for the days of grace a place whose provider has nothing for it, and is told', () => {
    const { next, ended, told } = renewedFor('middle', both);
    expect(graces(next)).toEqual({ subject: undefined, language: '2025-07-31' });
    expect(ended).toEqual([]);
    expect(told).toEqual([
      { kind: 'place-ending', facts: { provider: 'mill', until: '2025-07-31' } },
    ]);
  });

  it.each([
    ['not on the last day of grace', '2025-07-31T23:59:59', []],
    ['on the day after, into history and with notice', '2025-08-01T00:00', ['not-offered']],
  ])('the place ends %s', (_when, moment, reasons) => {
    const { next } = renewedFor('middle', both);
    const { ended, told } = fallDue(region, next, at(moment));
    expect(ended.map(({ reason }) => reason)).toEqual(reasons);
    expect(told.map(({ kind }) => kind)).toEqual(reasons.map(() => 'place-ended'));
  });

  it('is looked at on the day after the grace, and told once', () => {
    const again = fallDue(region, renewedFor('middle', both).next, at('2025-07-31T12:00'));
    expect([again.next.dueAt, again.told]).toEqual(['2025-07-31T15:00:00.000Z', []]);
  });

  it('whose stage is corrected within the grace, keeps the place', () => {
    const { next } = renewedFor('middle', both);
    const back = approval({ ...later, changedAt: '2025-07-02T00:00:00.000Z' });
    const kept = followApproval(region, next, back, at('2025-07-02T12:00'));
    expect(kept && graces(kept.next)).toEqual({ subject: undefined, language: undefined });
  });

  it('waits no longer for a provider that has nothing for it; an offered seat goes back', () => {
    const list = { providerId: 'well', areaId: 'river', since: '2025-06-01T00:00:00.000Z' };
    const seen = approved({
      waits: { language: list, reading: { ...list, offer: { lot: 0, until: '2025-07-05' } } },
    });
    const { next, leaves, freed, told } = renewedFor('middle', seen);
    expect([next.waits, leaves.length, freed.length]).toEqual([{}, 1, 1]);
    const ended = { kind: 'wait-ended', facts: { provider: 'well' } };
    expect(told).toEqual([ended, ended]);
  });

  it('edge case 25: a place whose provider has left has no grace: it ends, and is told of once', () => {
    const seen = approved({ places: { language: place('moon') } });
    const renewed = renewedFor('middle', seen);
    expect([graces(renewed.next), renewed.told]).toEqual([{ language: undefined }, []]);
    const { ended, told } = fallDue(region, renewed.next, summer);
    expect(ended).toMatchObject([{ reason: 'provider-left' }]);
    expect(told.map(({ kind }) => kind)).toEqual(['place-ended']);
  });

  it('switches freely from such a place, also by giving it back and choosing anew', () => {
    const seen = approved({
      approval: approval({ stage: 'middle' }),
      places: { subject: place('well') },
      switched: 2,
    });
    const asked = wish('subject', 'mill');
    expect(switchProvider(region, seen, asked, summer)).toMatchObject({
      kind: 'chosen',
      change: { next: { switched: 2 } },
    });
    const returned = giveBack(region, seen, 'subject', summer)?.next ?? seen;
    expect(choose(region, returned, asked, summer)).toMatchObject({ kind: 'chosen' });
  });
});

describe('edge case 25: given someone who waits for a seat at a provider that has left', () => {
  const list = {
    providerId: ProviderId.parse('forge'),
    areaId: AreaId.parse('river'),
    since: '2025-06-01T00:00:00.000Z',
  };
  const seen = approved({ waits: { language: list } });
  const entry = { ...list, learnerId: seen.learnerId, placeId: 'language' } as const;

  it.each([
    ['on its last day', '2025-08-31T23:59:59', true],
    ['on the day after', '2025-09-01T00:00', false],
  ])('a seat that goes back %s is offered to them: %o', (_when, moment, offered) => {
    const change = offerSeat(region, seen, entry, [3], at(moment));
    expect(change?.take !== undefined).toBe(offered);
    expect(change?.leaves).toEqual([entry]);
    expect(change?.told.map(({ kind }) => kind)).toEqual([offered ? 'seat-offered' : 'wait-ended']);
    expect(change?.next.waits.language?.offer !== undefined).toBe(offered);
  });
});

describe('given a policy that has fewer places than the one before', () => {
  const two = approved({ places: { language: place('mill'), 'language-2': place('well') } });

  it('the places beyond its number are in grace from its first day', () => {
    const { next, told } = fallDue(region, two, spring);
    expect(graces(next)).toEqual({ language: undefined, 'language-2': '2026-03-31' });
    expect(told).toMatchObject([{ kind: 'fewer-places', facts: { provider: 'well' } }]);
    const { ended } = fallDue(region, next, at('2026-04-01T00:00'));
    expect(ended).toMatchObject([{ place: 'language-2', reason: 'fewer-places' }]);
  });

  it('whoever gives back another in the grace, keeps the one that was to end', () => {
    const { next } = fallDue(region, two, spring);
    const returned = giveBack(region, next, 'language', at('2026-03-05T12:00'))?.next ?? next;
    expect([held(returned), graces(returned)]).toEqual([
      { language: 'well' },
      { language: undefined },
    ]);
    expect(returned.places.language?.enrolmentId).toBe(two.places['language-2']?.enrolmentId);
  });

  it('whoever has no more than it grants, keeps them by other numbers', () => {
    const seen = approved({ places: { 'language-2': place('well') } });
    expect(held(fallDue(region, seen, spring).next)).toEqual({ language: 'well' });
  });

  it.each([
    ['for a switch that is left', 'mill', 1, ['mill'], []],
    ['for a switch, with none left', 'mill', 2, [], ['wait-ended']],
    ['for the same provider', 'well', 0, [], ['wait-ended']],
  ])(
    'a seat held for the number that a place takes, %s, stays only where it can be taken',
    (...row) => {
      const [, by, switched, stays, kinds] = row;
      const list = { providerId: by, areaId: 'river', since: '2026-02-20T00:00:00.000Z' };
      const offer = { lot: 0, until: '2026-03-05' };
      const seen = approved({
        places: { 'language-2': place('well') },
        waits: { language: { ...list, offer } },
        switched,
      });
      const { next, freed, told } = fallDue(region, seen, spring);
      expect(Object.values(next.waits).map(({ providerId }) => providerId)).toEqual(stays);
      expect([freed.length, told.map(({ kind }) => kind)]).toEqual([1 - stays.length, kinds]);
      const taken = switchProvider(region, next, wish('language', by), spring);
      expect(taken.kind === 'chosen' && taken.change.next.waits.language === undefined).toBe(
        stays.length > 0,
      );
    },
  );

  it('given any places: none is lost without its history, and after the grace all are granted', () => {
    const ids: PlaceId[] = ['language', 'language-2', 'language-3', 'subject', 'reading'];
    const providers = fc.constantFrom(mill.id, well.id);
    const filled = fc
      .subarray(ids)
      .chain((some) => fc.tuple(...some.map((id) => fc.tuple(fc.constant(id), providers))));
    fc.assert(
      fc.property(filled, fc.constantFrom('middle', 'high'), (places, stage) => {
        const seen = approved({
          approval: approval({ stage }),
          places: Object.fromEntries(places.map(([id, by]) => [id, place(by)])),
        });
        const begun = refit(region, unchanged(seen), spring);
        expect(begun.ended).toEqual([]);
        expect(refit(region, unchanged(begun.next), spring).next).toEqual(begun.next);
        const { next, ended } = refit(region, unchanged(begun.next), at('2026-04-01T00:00'));
        const ofBoth = [...Object.values(next.places), ...ended];
        const before = Object.values(seen.places).map(({ enrolmentId }) => enrolmentId);
        expect(ofBoth.map(({ enrolmentId }) => enrolmentId).toSorted()).toEqual(before.toSorted());
        for (const [id, kept] of entriesOf(next.places))
          expect(misfitOf(region, next, id, kept, spring)).toBe(undefined);
        const languages = places.filter(([id]) => id.startsWith('language'));
        const lost = ended.filter(({ reason }) => reason === 'fewer-places').length;
        expect(lost).toBe(Math.max(0, languages.length - 1));
      }),
    );
  });
});
