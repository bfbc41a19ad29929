import type { Price, Provider, ProviderId, Region } from '../../regions/schema.ts';
import type { Month, MonthOfSeats, ProviderSavings, Savings, Sums } from './contract.ts';
import { monthsBetween } from './seats.rules.ts';
import { csvOf, inUnits } from './statement.rules.ts';

/** The seats of each provider in a month. */
export type SeatsOfMonth = readonly [Month, ReadonlyMap<ProviderId, number>];

/** Months of one report: with as many every sum is a whole number that is exact. */
const longest = 24;

/** The months of a report; undefined where there is none, or too many. */
export function monthsOfReport(from: Month, until: Month): readonly Month[] | undefined {
  const months = monthsBetween(from, until);
  return months.length >= 1 && months.length <= longest ? months : undefined;
}

/**
 * What was spent on content and what was saved (domain.md rows 9 and 35). Providers are those of the region file, in its
 * order, and after them those that were there and have left, of whom only the seats are known.
 *
 * @param counted - by month, in order
 * @param wholeDay - the last day on which all seats were counted
 */
export function savingsOf(
  { providers, currency }: Pick<Region, 'providers' | 'currency'>,
  counted: readonly SeatsOfMonth[],
  { from, until }: { readonly from: Month; readonly until: Month },
  wholeDay?: string | undefined,
): Savings {
  const known = new Set(providers.map(({ id }) => id));
  const used = new Set(counted.flatMap(([, seats]) => [...seats.keys()]));
  const gone = [...used].filter((id) => !known.has(id));
  const all = [
    ...providers.map((provider) => savingsAt(provider.id, provider, counted)),
    ...gone.sort().map((id) => savingsAt(id, undefined, counted)),
  ];
  return {
    from,
    until,
    ...(currency !== undefined && { currency }),
    ...(wholeDay !== undefined && { countedUntil: wholeDay }),
    providers: all,
    seatMonths: all.reduce((sum, { seatMonths }) => sum + seatMonths, 0),
    sums: sumOf(all.map(({ sums }) => sums)),
  };
}

function savingsAt(
  providerId: ProviderId,
  provider: Pick<Provider, 'contract'> | undefined,
  counted: readonly SeatsOfMonth[],
): ProviderSavings {
  const months = counted.flatMap(([month, seats]): MonthOfSeats[] => {
    const used = seats.get(providerId) ?? 0;
    return used === 0 ? [] : [monthOf(month, used, priceIn(month, provider))];
  });
  return {
    providerId,
    ...(provider && { contract: provider.contract.type }),
    priced: provider?.contract.prices !== undefined && months.every(({ price }) => price),
    months,
    seatMonths: months.reduce((sum, { seats }) => sum + seats, 0),
    sums: sumOf(months.flatMap(({ sums }) => sums ?? [])),
  };
}

/**
 * The price of a month: the newest that holds on its first day, else the first that begins within it, as that of a contract
 * from the fifteenth.
 */
export function priceIn(
  month: Month,
  provider: Pick<Provider, 'contract'> | undefined,
): Price | undefined {
  const prices = provider?.contract.prices ?? [];
  const first = `${month}-01`;
  return (
    prices.findLast(({ from }) => from <= first) ??
    prices.find(({ from }) => from.startsWith(month))
  );
}

function monthOf(month: Month, seats: number, price: Price | undefined): MonthOfSeats {
  if (price === undefined) return { month, seats };
  const { seatMonth, marketSeatMonth } = price;
  const sums = sumsOf(seats * seatMonth, seats * marketSeatMonth);
  return { month, seats, price: { seatMonth, marketSeatMonth }, sums };
}

function sumOf(sums: readonly Sums[]): Sums {
  return sumsOf(
    sums.reduce((sum, { paid }) => sum + paid, 0),
    sums.reduce((sum, { market }) => sum + market, 0),
  );
}

/** Amounts are whole numbers; only the share is rounded, to a tenth of a percent. */
function sumsOf(paid: number, market: number): Sums {
  const saved = market - paid;
  if (market === 0) return { paid, market, saved };
  return { paid, market, saved, savedPercent: Math.round((saved / market) * 1000) / 10 };
}

const columns = [
  ...['kind', 'provider', 'contract', 'month', 'seats', 'seatMonth', 'marketSeatMonth'],
  ...['paid', 'market', 'saved', 'savedPercent', 'currency'],
];

/** The report as a table: each month, each provider's total, and that of all; what has no price has empty cells. */
export function savingsTable({ currency = '', providers, seatMonths, sums }: Savings): string {
  const money = (amount: number | undefined) =>
    amount === undefined || currency === '' ? '' : inUnits(amount, currency);
  const amounts = (of: Sums | undefined) => [
    ...[of?.paid, of?.market, of?.saved].map(money),
    of?.savedPercent === undefined ? '' : String(of.savedPercent),
    currency,
  ];
  const lines = providers.flatMap(({ providerId, contract = '', months, ...total }) => [
    ...months.map(({ month, seats, price, sums: sumsOfMonth }) => [
      ...['month', providerId, contract, month, String(seats)],
      ...[price?.seatMonth, price?.marketSeatMonth].map(money),
      ...amounts(sumsOfMonth),
    ]),
    [
      ...['provider-total', providerId, contract, '', String(total.seatMonths), '', ''],
      ...amounts(total.priced ? total.sums : undefined),
    ],
  ]);
  const all = ['total', '', '', '', String(seatMonths), '', '', ...amounts(sums)];
  return csvOf([columns, ...lines, all]);
}
