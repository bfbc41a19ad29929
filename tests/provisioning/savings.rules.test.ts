import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sums } from '../../functions/provisioning/contract.ts';
import {
  monthsOfReport,
  priceIn,
  type SeatsOfMonth,
  savingsOf,
  savingsTable,
} from '../../functions/provisioning/savings.rules.ts';
import { type Contract, ProviderId } from '../../regions/schema.ts';
import { seoul } from '../lib/template.ts';

const [mill, well, gone] = ['mill', 'well', 'gone'].map((id) => ProviderId.parse(id));
if (mill === undefined || well === undefined || gone === undefined) throw new Error('three ids');

const base = seoul.providers[0];
if (base === undefined) throw new Error('Seoul has a provider');
const provider = (id: ProviderId, contract: Contract) => ({ ...base, id, contract });
/** 60 % below the market (domain.md row 9), and dearer from the autumn of 2025. */
const prices = [
  { from: '2025-03-15', seatMonth: 4_000, marketSeatMonth: 10_000 },
  { from: '2025-09-01', seatMonth: 4_999, marketSeatMonth: 10_000 },
];
const region = {
  currency: 'KRW',
  providers: [
    provider(mill, { type: 'purchased', from: '2025-03-15', prices }),
    provider(well, { type: 'donated', from: '2025-01-01' }),
  ],
};
const period = { from: '2025-03', until: '2025-09' };
const counted: readonly SeatsOfMonth[] = [
  ['2025-03', new Map([[mill, 2]])],
  ['2025-08', new Map([[mill, 120]])],
  [
    '2025-09',
    new Map([
      [mill, 100],
      [well, 7],
      [gone, 3],
    ]),
  ],
];

describe('what is spent and saved (domain.md rows 9 and 35)', () => {
  const { providers, ...all } = savingsOf(region, counted, period, '2025-09-12');

  it('is sixty percent of the market where the contract says so, to the last won', () => {
    expect(providers[0]?.months.slice(0, 2)).toEqual([
      {
        month: '2025-03',
        seats: 2,
        price: { seatMonth: 4_000, marketSeatMonth: 10_000 },
        sums: { paid: 8_000, market: 20_000, saved: 12_000, savedPercent: 60 },
      },
      {
        month: '2025-08',
        seats: 120,
        price: { seatMonth: 4_000, marketSeatMonth: 10_000 },
        sums: { paid: 480_000, market: 1_200_000, saved: 720_000, savedPercent: 60 },
      },
    ]);
  });

  it('is at the new price from its day on', () => {
    expect(providers[0]?.months[2]?.sums).toEqual({
      ...{ paid: 499_900, market: 1_000_000, saved: 500_100, savedPercent: 50 },
    });
  });

  it('leaves out what has no price, but not its seats', () => {
    expect(providers.slice(1)).toEqual([
      {
        ...{ providerId: well, contract: 'donated', priced: false, seatMonths: 7 },
        months: [{ month: '2025-09', seats: 7 }],
        sums: { paid: 0, market: 0, saved: 0 },
      },
      {
        ...{ providerId: gone, priced: false, seatMonths: 3 },
        months: [{ month: '2025-09', seats: 3 }],
        sums: { paid: 0, market: 0, saved: 0 },
      },
    ]);
  });

  it('adds up to that of all', () => {
    expect(all).toEqual({
      ...{ from: '2025-03', until: '2025-09', currency: 'KRW', countedUntil: '2025-09-12' },
      seatMonths: 232,
      sums: { paid: 987_900, market: 2_220_000, saved: 1_232_100, savedPercent: 55.5 },
    });
  });

  it('as a table: months, totals of providers, and that of all; of what has no price no amounts', () => {
    expect(savingsTable({ ...all, providers }).split('\r\n')).toEqual([
      'kind,provider,contract,month,seats,seatMonth,marketSeatMonth,paid,market,saved,savedPercent,currency',
      'month,mill,purchased,2025-03,2,4000,10000,8000,20000,12000,60,KRW',
      'month,mill,purchased,2025-08,120,4000,10000,480000,1200000,720000,60,KRW',
      'month,mill,purchased,2025-09,100,4999,10000,499900,1000000,500100,50,KRW',
      'provider-total,mill,purchased,,222,,,987900,2220000,1232100,55.5,KRW',
      'month,well,donated,2025-09,7,,,,,,,KRW',
      'provider-total,well,donated,,7,,,,,,,KRW',
      'month,gone,,2025-09,3,,,,,,,KRW',
      'provider-total,gone,,,3,,,,,,,KRW',
      'total,,,,232,,,987900,2220000,1232100,55.5,KRW',
      '',
    ]);
  });
});

describe('a donated contract that has a price', () => {
  it.each([
    ['nothing: all of the market is saved', 0, { paid: 0, saved: 70_000, savedPercent: 100 }],
    ['a fee for each seat: that is paid', 500, { paid: 3_500, saved: 66_500, savedPercent: 95 }],
  ])('of %s', (_, seatMonth, sums) => {
    const price = { seatMonth, marketSeatMonth: 10_000 };
    const contract: Contract = {
      ...{ type: 'donated', from: '2025-01-01' },
      prices: [{ from: '2025-01-01', ...price }],
    };
    const given = { currency: 'KRW', providers: [provider(well, contract)] };
    const found = savingsOf(given, [['2025-09', new Map([[well, 7]])]], period);
    const all = { market: 70_000, ...sums };
    expect(found.sums).toEqual(all);
    expect(found.providers).toEqual([
      {
        ...{ providerId: well, contract: 'donated', priced: true, seatMonths: 7, sums: all },
        months: [{ month: '2025-09', seats: 7, price, sums: all }],
      },
    ]);
  });
});

describe('the price of a month', () => {
  const [first] = region.providers;
  it.each([
    ['before the contract', '2025-02', undefined],
    ['in which the contract begins after its first day: that', '2025-03', 4_000],
    ['before the next price', '2025-08', 4_000],
    ['that begins with the next price', '2025-09', 4_999],
  ])('%s', (_, month, seatMonth) => {
    expect(priceIn(month, first)?.seatMonth).toBe(seatMonth);
  });
});

describe('the months of a report', () => {
  it.each([
    ['one', '2025-03', '2025-03', 1],
    ['two years', '2025-03', '2027-02', 24],
    ['more', '2025-03', '2027-03', undefined],
    ['none', '2025-03', '2025-02', undefined],
  ])('%s', (_, from, until, months) => {
    expect(monthsOfReport(from, until)?.length).toBe(months);
  });
});

describe('given any seats and prices', () => {
  it('nothing is lost by a fraction: each sum is what its parts are, and paid and saved are the market', () => {
    const amount = fc.integer({ min: 0, max: 10_000_000 });
    const seats = fc.integer({ min: 0, max: 1_000_000 });
    const property = fc.property(amount, amount, fc.array(seats, { maxLength: 24 }), (...drawn) => {
      const [seatMonth, marketSeatMonth, used] = drawn;
      const contract: Contract = {
        ...{ type: 'purchased', from: '2024-01-01' },
        prices: [{ from: '2024-01-01', seatMonth, marketSeatMonth }],
      };
      const months = monthsOfReport('2024-01', '2025-12') ?? [];
      const found = savingsOf(
        { currency: 'KRW', providers: [provider(mill, contract), provider(well, contract)] },
        used.map((some, i) => [
          months[i] ?? '',
          new Map([
            [mill, some],
            [well, some],
          ]),
        ]),
        { from: '2024-01', until: '2025-12' },
      );
      const exact = used.reduce((sum, some) => sum + 2n * BigInt(some) * BigInt(seatMonth), 0n);
      expect(BigInt(found.sums.paid)).toBe(exact);
      const whole = ({ paid, market, saved }: Sums) => paid + saved === market;
      expect([found.sums, ...found.providers.map(({ sums }) => sums)].every(whole)).toBe(true);
    });
    fc.assert(property);
  });
});
