import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../functions/eligibility/contract.ts';
import {
  ageBoundDay,
  approvalEnd,
  evaluate,
  legalBasisOf,
  renewalFrom,
} from '../../functions/eligibility/policy.rules.ts';
import { termOf } from '../../functions/eligibility/quota.rules.ts';
import { ageOn, dayIn } from '../../regions/calendar.ts';
import { at, firstPolicy, secondPolicy, village } from '../runtime/village.ts';
import { caseOf, day, onlyGroup, policyWith, regionOf, unbounded } from './cases.ts';

const policy = policyWith({});
const summer = day('2025-07-01');

const found = (
  rule: Finding['rule'],
  otherwise: Parameters<typeof caseOf>[1] = {},
  of = policy,
  on = summer,
) => evaluate(regionOf(of), caseOf(of, otherwise), on).find((finding) => finding.rule === rule);

describe('time decides with the region’s calendar', () => {
  const first = policyWith(unbounded);

  it('edge case 9: only the policy of the day is in force, from its first day to the next one’s', () => {
    const both = village({ policies: [firstPolicy, secondPolicy] });
    const [before, after] = both.policies;
    if (before === undefined || after === undefined) throw new Error('the village has two');
    const met = (which: typeof before, on: string) =>
      evaluate(both, { ...caseOf(first), policy: which }, day(on))[0]?.met;
    expect(
      ['2025-02-28', '2025-03-01', '2026-02-28', '2026-03-01'].map((on) => met(before, on)),
    ).toEqual([false, true, true, false]);
    expect(['2026-02-28', '2026-03-01'].map((on) => met(after, on))).toEqual([false, true]);
  });

  it.each([
    ['edge case 15: in the last second of an intake', '2025-11-30T17:59:59', true],
    ['edge case 15: as it closes', '2025-11-30T18:00:00', false],
    ['a second before it opens', '2025-03-01T08:59:59', false],
  ])('%s', (_what, submitted, met) => {
    const submittedAt = at(submitted);
    // However late the decision comes: the moment of submission counts.
    expect(found('intake-open', { facts: { submittedAt } }, first, day('2026-01-15'))?.met).toBe(
      met,
    );
  });

  it('an intake for some areas and groups is open to them only', () => {
    const window = { opens: '2025-03-01T09:00' };
    const met = (intake: object) =>
      evaluate(
        regionOf(first, { intakes: [{ ...window, ...intake }] }),
        caseOf(first),
        summer,
      ).find(({ rule }) => rule === 'intake-open')?.met;
    expect(met({ areas: ['river'] })).toBe(true);
    expect(met({ areas: ['hill'] })).toBe(false);
    expect(met({ groups: ['bounded'] })).toBe(true);
    expect(met({ areas: ['river'], groups: ['low-income'] })).toBe(false);
  });

  it('a renewal needs no intake', () => {
    expect(found('intake-open', { facts: { submittedAt: undefined } })).toBe(undefined);
  });

  it('edge case 15: closes by the region’s clock on the night that New York’s goes back', () => {
    const zone = 'America/New_York';
    const region = regionOf(first, {
      timeZone: zone,
      intakes: [{ opens: '2025-03-01T09:00', closes: '2025-11-02T01:30' }],
    });
    const met = (moment: string) =>
      evaluate(
        region,
        caseOf(first, { facts: { submittedAt: Temporal.Instant.from(moment) } }),
        summer,
      )[1]?.met;
    // 01:30 happens twice that night; the first one counts, four hours behind UTC.
    expect(met('2025-11-02T05:29:59Z')).toBe(true);
    expect(met('2025-11-02T05:30:00Z')).toBe(false);
  });
});

describe('an approval in the calendar', () => {
  it.each([
    ['twelve months, the last day included', 12, '2025-07-01', '2026-06-30'],
    ['a month from the end of January', 1, '2025-01-31', '2025-02-27'],
    ['a year from 29 February', 12, '2028-02-29', '2029-02-27'],
  ])('holds %s', (_what, approvalMonths, from, last) => {
    expect(approvalEnd({ approvalMonths }, day(from)).toString()).toBe(last);
  });

  it('can be renewed from so many days before its last', () => {
    const { deadlines } = policy;
    expect(renewalFrom({ deadlines }, day('2026-06-30')).toString()).toBe('2026-05-01');
    expect(
      renewalFrom({ deadlines: { ...deadlines, renewal: 1 } }, day('2026-03-01')).toString(),
    ).toBe('2026-02-28');
  });

  it.each([
    ['the cap of the policy', 24, undefined, '2009-05-20', '2034-05-20'],
    ['the last age of the group', undefined, 18, '2009-05-20', '2028-05-20'],
    ['the lower of the two', 24, 18, '2009-05-20', '2028-05-20'],
    [
      'edge case 4: born on 29 February, in a common year',
      24,
      undefined,
      '2012-02-29',
      '2037-03-01',
    ],
    ['edge case 4: born on 29 February, in a leap year', 23, undefined, '2012-02-29', '2036-02-29'],
    ['no bound', undefined, undefined, '2009-05-20', undefined],
  ])('passes %s', (_what, maximumAge, until, birthDate, expected) => {
    const bound = ageBoundDay(
      maximumAge === undefined ? {} : { maximumAge },
      until === undefined ? {} : { ages: { until } },
      birthDate,
    );
    expect(bound?.toString()).toBe(expected);
  });

  it('edge case 4: the day on which the rule is first not met is the day on which the bound is passed', () => {
    const birthDate = '2000-02-29';
    const bound = ageBoundDay(policy, {}, birthDate);
    const met = (on: Temporal.PlainDate) =>
      found('maximum-age', { applicant: { birthDate } }, policy, on)?.met;
    expect(bound?.toString()).toBe('2025-03-01');
    expect([met(day('2025-02-28')), met(day('2025-03-01'))]).toEqual([true, false]);
  });

  it.each([
    ['the day before its bound, where that comes first', 'end', '2000-09-01', '2025-08-31'],
    ['its months, where the bound comes later', 'end', '2001-09-01', '2026-06-30'],
    ['its months, where the policy lets it finish', 'finish', '2000-09-01', '2026-06-30'],
  ])('edge case 4: an approval lasts until %s', (_what, whenTooOld, birthDate, last) => {
    const region = regionOf(policyWith({ ages: undefined }, { whenTooOld }));
    const term = termOf(
      region,
      { groupId: onlyGroup(policy).id, birthDate },
      at('2025-07-01T12:00'),
    );
    expect(term.validUntil).toBe(last);
    expect(term.renewFrom).toBe(renewalFrom(policy, day(last)).toString());
  });

  it('rests on the law of the policy, and of the group where it has one of its own', () => {
    const own = onlyGroup(
      policyWith({ legalBasis: 'Multicultural Families Support Act, article 10' }),
    );
    expect(legalBasisOf(policy, onlyGroup(policy))).toBe('Ordinance of the village, article 1');
    expect(legalBasisOf(policy, own)).toBe(
      'Ordinance of the village, article 1; Multicultural Families Support Act, article 10',
    );
  });
});

const date = fc
  .integer({ min: 0, max: 20_000 })
  .map((days) => day('1980-01-01').add({ days }).toString());

describe('whatever birth date and bound', () => {
  it('edge case 4: the bound is passed on one day, and the rule says so from that day on', () => {
    fc.assert(
      fc.property(
        date,
        fc.nat(30),
        fc.integer({ min: -3, max: 3 }),
        (birthDate, maximumAge, away) => {
          const bound = ageBoundDay({ maximumAge }, {}, birthDate);
          if (bound === undefined) throw new Error('a cap is a bound');
          expect(ageOn(birthDate, bound.add({ days: away })) > maximumAge).toBe(away >= 0);
        },
      ),
    );
  });

  it('the day counts by the region’s clock, also where clocks change', () => {
    const zone = { timeZone: 'America/New_York' };
    const nights = fc.constantFrom('2025-03-09', '2025-11-02', '2025-07-01');
    fc.assert(
      fc.property(nights, fc.integer({ min: -7_200, max: 7_200 }), (birthday, seconds) => {
        const midnight = Temporal.PlainDate.from(birthday).toZonedDateTime(zone.timeZone);
        const on = dayIn(zone, midnight.add({ seconds }).toInstant());
        const born = Temporal.PlainDate.from(birthday).subtract({ years: 14 }).toString();
        expect(ageOn(born, on)).toBe(seconds < 0 ? 13 : 14);
      }),
    );
  });
});
