import type { Finding, RegionPath } from '../fault.ts';
import { kindTraits, type Seats } from '../schema.ts';
import type { Sections } from '../sections.ts';

// Days of one form compare as texts do.

/** Of two prices of one day nobody could say which holds, and prices out of order are read wrongly by people. */
export function priceOrder({ providers = [] }: Sections): Finding[] {
  return providers.flatMap(({ contract: { prices = [] } }, i) =>
    prices.flatMap(({ from }, j): Finding[] => {
      const before = prices[j - 1];
      if (before === undefined || before.from < from) return [];
      return [
        {
          path: priceFrom(i, j),
          problem: `is not after that of the price before (${before.from})`,
          remedy: 'write the prices in the order of their days, each from a day of its own',
        },
      ];
    }),
  );
}

/** A price from after the contract's end would never hold. */
export function priceDays({ providers = [] }: Sections): Finding[] {
  return providers.flatMap(({ contract: { until, prices = [] } }, i) =>
    prices.flatMap(({ from }, j): Finding[] =>
      until === undefined || from <= until
        ? []
        : [
            {
              path: priceFrom(i, j),
              problem: `is after the contract's last day (${until})`,
              remedy: 'remove this price, or let the contract last until then',
            },
          ],
    ),
  );
}

const priceFrom = (provider: number, price: number): RegionPath => [
  ...['providers', provider, 'contract', 'prices'],
  ...[price, 'from'],
];

/** A price is of a currency, and the savings report adds up all of them. */
export function currencyOfPrices({ currency, providers = [] }: Sections): Finding[] {
  const priced = providers.find(({ contract }) => contract.prices !== undefined);
  if (priced === undefined || currency !== undefined) return [];
  return [
    {
      path: ['currency'],
      problem: `is missing, although the contract with "${priced.id}" has prices`,
      remedy: 'add the currency that all prices are in, such as "currency: KRW"',
    },
  ];
}

/**
 * What says how hard a provider may be pressed whom nobody presses was meant for another, or for another kind: codes are
 * with us, a launch is the learner's, and a person asks people.
 */
export function pressedProviders({ providers = [] }: Sections): Finding[] {
  return providers.flatMap(({ kind, pressure }, i): Finding[] =>
    pressure === undefined || kindTraits[kind].pressed
      ? []
      : [
          {
            path: ['providers', i, 'pressure'],
            atKey: true,
            problem: `means nothing for a provider of kind "${kind}", whom the platform asks for nothing`,
            remedy: 'remove it, or correct "kind"',
          },
        ],
  );
}

/** An alarm that is raised before the first code is given says nothing. */
export function lowWater({ areas, providers = [] }: Sections): Finding[] {
  if (areas === undefined) return [];
  return providers.flatMap((provider, i): Finding[] => {
    if (provider.kind !== 'voucher') return [];
    const seats = seatsOf(provider.seats, areas);
    if (provider.voucher.lowWater < seats) return [];
    return [
      {
        path: ['providers', i, 'voucher', 'lowWater'],
        problem: `is not below the ${seats} seats that the provider has in all areas`,
        remedy: 'write how many codes left are too few, such as a tenth of the seats',
      },
    ];
  });
}

function seatsOf(seats: Seats, areas: readonly { readonly id: string }[]): number {
  if (seats === 'unlimited') return Number.POSITIVE_INFINITY;
  const others: Readonly<Record<string, number>> = seats.areas ?? {};
  return areas.reduce((sum, { id }) => sum + (others[id] ?? seats.perArea), 0);
}
