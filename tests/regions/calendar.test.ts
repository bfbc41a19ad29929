import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  ageOn,
  birthday,
  contractRuns,
  dayIn,
  intakeAt,
  policyOn,
  timestamp,
} from '../../regions/calendar.ts';
import { AreaId, GroupId } from '../../regions/schema.ts';
import { at, village } from '../runtime/village.ts';

const day = (text: string) => Temporal.PlainDate.from(text);

describe('the policy of a day', () => {
  it.each([
    ['long before any has begun: the first to come', '2020-01-01', 'first-2025'],
    ['on the day before the first begins', '2025-02-28', 'first-2025'],
    ['on the first day of the first', '2025-03-01', 'first-2025'],
    ['on the last day before the second', '2026-02-28', 'first-2025'],
    ['on the first day of the second', '2026-03-01', 'second-2026'],
    ['years later: the newest', '2031-07-15', 'second-2026'],
  ])('%s', (_when, today, version) => {
    expect(policyOn(village(), day(today)).version).toBe(version);
  });

  it('does not depend on the order in the region file', () => {
    const { policies } = village();
    expect(policyOn({ policies: policies.toReversed() }, day('2025-06-01')).version).toBe(
      'first-2025',
    );
  });

  it('is nothing to ask of a region without policies', () => {
    expect(() => policyOn({ policies: [] }, day('2025-06-01'))).toThrow(RangeError);
  });
});

describe('the intake that is open at a moment', () => {
  const opens = (moment: Temporal.Instant) => intakeAt(village(), moment)?.opens;

  it.each([
    ['in the last second before it opens', '2025-03-01T08:59:59', undefined],
    ['as it opens', '2025-03-01T09:00:00', '2025-03-01T09:00'],
    ['edge 15: in its last second', '2025-11-30T17:59:59', '2025-03-01T09:00'],
    ['edge 15: in its last nanosecond', '2025-11-30T17:59:59.999999999', '2025-03-01T09:00'],
    ['edge 15: as it closes', '2025-11-30T18:00:00', undefined],
    ['between two intakes', '2026-01-15T12:00:00', undefined],
    ['years after one that does not close', '2039-01-15T12:00:00', '2026-03-02T09:00'],
  ])('%s', (_when, local, expected) => {
    expect(opens(at(local))).toBe(expected);
  });

  it('edge 15: closes by the clock of the region, wherever it is', () => {
    const intakes = [{ opens: '2025-03-01T09:00', closes: '2025-11-30T18:00' }];
    const lastSecond = '2025-11-30T17:59:59';
    for (const timeZone of ['Asia/Seoul', 'Asia/Kathmandu', 'America/St_Johns', 'UTC']) {
      const there = village({ timeZone, intakes });
      expect(intakeAt(there, at(lastSecond, timeZone)), timeZone).toBeDefined();
      expect(intakeAt(there, at(lastSecond, timeZone).add({ seconds: 1 })), timeZone).toBe(
        undefined,
      );
    }
  });

  it.each([
    ['anyone, asked of nobody in particular', {}, true],
    [
      'those of an area and a group that it is for',
      { areaId: 'river', groupId: 'low-income' },
      true,
    ],
    ['not those of another area', { areaId: 'hill', groupId: 'low-income' }, false],
    ['not those of another group', { areaId: 'river', groupId: 'resident' }, false],
    ['whoever of its area, where the group is not asked', { areaId: 'river' }, true],
  ])('that is for some is open to %s', (_who, whom, open) => {
    const there = village({
      intakes: [{ opens: '2025-03-01T09:00', areas: ['river'], groups: ['low-income'] }],
    });
    const Whom = z.object({ areaId: AreaId.exactOptional(), groupId: GroupId.exactOptional() });
    expect(intakeAt(there, at('2025-04-01T12:00'), Whom.parse(whom)) !== undefined).toBe(open);
  });

  it('opens as much later as the gap is long, where clocks skip its minute', () => {
    const lisbon = village({
      timeZone: 'Europe/Lisbon',
      intakes: [{ opens: '2026-03-29T01:30' }],
    });
    // On that night clocks go from 01:00 to 02:00, which is 01:00 UTC.
    expect(intakeAt(lisbon, Temporal.Instant.from('2026-03-29T01:29:59Z'))).toBe(undefined);
    expect(intakeAt(lisbon, Temporal.Instant.from('2026-03-29T01:30:00Z'))).toBeDefined();
  });
});

describe('age in whole years', () => {
  it.each([
    ['on the day of birth', '2011-05-20', '2011-05-20', 0],
    ['the day before a birthday', '2011-05-20', '2025-05-19', 13],
    ['on a birthday', '2011-05-20', '2025-05-20', 14],
    ['in an earlier month, on a later day', '2011-05-20', '2025-04-30', 13],
    ['in a later month, on an earlier day', '2011-05-20', '2025-06-01', 14],
    [
      'edge 4: born on 29 February, on 28 February of a common year',
      '2012-02-29',
      '2026-02-28',
      13,
    ],
    ['edge 4: born on 29 February, on 1 March of a common year', '2012-02-29', '2026-03-01', 14],
    ['edge 4: born on 29 February, on 28 February of a leap year', '2012-02-29', '2028-02-28', 15],
    ['edge 4: born on 29 February, on 29 February of a leap year', '2012-02-29', '2028-02-29', 16],
    ['edge 4: on 29 February, born on 28 February', '2011-02-28', '2028-02-29', 17],
    ['edge 4: on 29 February, born on 1 March', '2011-03-01', '2028-02-29', 16],
  ])('%s', (_when, born, today, age) => {
    expect(ageOn(born, day(today))).toBe(age);
  });

  const someDay = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
    .map((date) => day(date.toISOString().slice(0, 10)));

  it('never falls from one day to the next, and rises once in any year of life', () => {
    fc.assert(
      fc.property(someDay, fc.nat(40_000), (born, days) => {
        const today = born.add({ days });
        const tomorrow = today.add({ days: 1 });
        const step = ageOn(born.toString(), tomorrow) - ageOn(born.toString(), today);
        expect([0, 1]).toContain(step);
        expect(ageOn(born.toString(), today.add({ years: 1 }).add({ days: 1 }))).toBeGreaterThan(
          ageOn(born.toString(), today),
        );
      }),
    );
  });
});

describe('the day on which someone comes of an age', () => {
  it.each([
    ['a birthday', '2011-05-20', 14, '2025-05-20'],
    ['edge 4: born on 29 February, in a common year', '2012-02-29', 14, '2026-03-01'],
    ['edge 4: born on 29 February, in a leap year', '2012-02-29', 16, '2028-02-29'],
    ['the day of birth', '2011-05-20', 0, '2011-05-20'],
  ])('%s', (_what, born, age, expected) => {
    expect(birthday(born, age).toString()).toBe(expected);
  });

  it('is the first day on which they are that old', () => {
    const birth = fc.date({
      min: new Date('1920-01-01'),
      max: new Date('2030-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(birth, fc.nat(100), (date, age) => {
        const born = date.toISOString().slice(0, 10);
        const first = birthday(born, age);
        expect(ageOn(born, first)).toBe(age);
        expect(ageOn(born, first.subtract({ days: 1 }))).toBe(age - 1);
      }),
    );
  });
});

describe('the day on the wall calendar of a region', () => {
  it.each([
    ['Asia/Seoul', '2025-06-30T14:59:59Z', '2025-06-30'],
    ['Asia/Seoul', '2025-06-30T15:00:00Z', '2025-07-01'],
    ['America/St_Johns', '2025-07-01T02:29:59Z', '2025-06-30'],
    ['UTC', '2025-06-30T23:59:59.999Z', '2025-06-30'],
  ])('in %s at %s is %s', (timeZone, moment, today) => {
    expect(dayIn({ timeZone }, Temporal.Instant.from(moment)).toString()).toBe(today);
  });
});

describe('a contract with a provider', () => {
  const contract = { type: 'donated', from: '2025-03-01', until: '2025-08-31' } as const;

  it.each([
    ['the day before it begins', '2025-02-28', false],
    ['on its first day', '2025-03-01', true],
    ['on its last day', '2025-08-31', true],
    ['the day after its last', '2025-09-01', false],
  ])('%s', (_when, today, runs) => {
    expect(contractRuns({ contract }, day(today))).toBe(runs);
  });

  it('without a last day runs for good', () => {
    const { until, ...endless } = contract;
    expect(contractRuns({ contract: endless }, day('2099-01-01'))).toBe(true);
  });
});

describe('a moment as rows keep it', () => {
  it('sorts as text as the moments sort, also where milliseconds end in zeros', () => {
    const moment = fc
      .integer({ min: 1_735_689_600_000, max: 1_735_689_610_000 })
      .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        const byText = Math.sign(timestamp(one).localeCompare(timestamp(other)));
        expect(byText).toBe(Temporal.Instant.compare(one, other));
        expect(Temporal.Instant.from(timestamp(one)).equals(one)).toBe(true);
      }),
    );
  });
});
