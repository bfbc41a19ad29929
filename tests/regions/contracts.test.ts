import { describe, expect, it } from 'vitest';
import { faultLines, hamletWith, specify } from './hamlet.ts';

const endless = '    contract: { type: purchased, from: 2025-03-01 }\n';
const until = 'contract: { type: donated, from: 2025-03-01, until: 2027-02-28';
const price = (from: string) => `{ from: ${from}, seatMonth: 4000, marketSeatMonth: 10000 }`;
const prices = (...days: string[]) => `prices: [${days.map(price).join(', ')}]`;
const well = (...days: string[]) =>
  `    contract: { type: purchased, from: 2025-03-01, ${prices(...days)} }\n`;
const missing = (id: string) =>
  `r.yaml:1:1 currency: is missing, although the contract with "${id}" has prices, add the currency that all prices are in, such as "currency: KRW"`;
const order = (before: string) =>
  `r.yaml:78:132 providers[1].contract.prices[1].from: is not after that of the price before (${before}), write the prices in the order of their days, each from a day of its own`;

describe('prices of a contract (domain.md row 9)', () => {
  it.each([
    ['each from its day', well('2025-03-01', '2026-03-01'), []],
    ['in another order', well('2026-03-01', '2025-03-01'), [order('2026-03-01')]],
    ['two from one day', well('2025-03-01', '2025-03-01'), [order('2025-03-01')]],
  ])('%s', (_, contract, faults) => {
    const text = `${hamletWith(endless, contract)}currency: KRW\n`;
    expect(faultLines(text)).toEqual(faults);
  });

  specify([
    ['without a currency', endless, well('2025-03-01'), missing('well')],
    [
      'from after its end',
      until,
      `${until}, ${prices('2027-03-01')}`,
      missing('mill'),
      "r.yaml:69:86 providers[0].contract.prices[0].from: is after the contract's last day (2027-02-28), remove this price, or let the contract last until then",
    ],
    [
      'in parts of the smallest unit',
      endless,
      well('2025-03-01').replace('4000', '40.5'),
      'r.yaml:78:92 providers[1].contract.prices[0].seatMonth: is the number 40.5, write a whole number',
    ],
  ]);
});

describe('what a kind of provider has no use for', () => {
  const voucher = (lowWater: number) =>
    `kind: voucher\n    voucher: { redeem: https://well.example/redeem, lowWater: ${lowWater}, afterUse: void }`;
  const asVoucher = (lowWater: number, more = '') =>
    [
      'description: { ko: 전자책, en: E-books }\n    kind: scim',
      `description: { ko: 전자책, en: E-books }\n    ${voucher(lowWater)}${more}`,
    ] as const;
  const pressure = '\n    pressure: { requests: 5, seconds: 1 }';
  specify([
    ['codes that are too few before they run out', ...asVoucher(10)],
    [
      'a low water above all seats',
      ...asVoucher(130),
      'r.yaml:75:63 providers[1].voucher.lowWater: is not below the 130 seats that the provider has in all areas, write how many codes left are too few, such as a tenth of the seats',
    ],
    [
      'a pressure on a pool of codes',
      ...asVoucher(10, pressure),
      'r.yaml:76:5 providers[1].pressure: means nothing for a provider of kind "voucher", whom the platform asks for nothing, remove it, or correct "kind"',
    ],
    [
      'codes at a provider of another kind',
      ...([asVoucher(10)[0], asVoucher(10)[1].replace('kind: voucher', 'kind: manual')] as const),
      'r.yaml:75:5 providers[1].voucher: is not a known key, remove it (known here: id, name, description, offers, contract, seats, pressure, kind, launch)',
    ],
  ]);
});
