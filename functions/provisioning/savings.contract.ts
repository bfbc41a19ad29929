import * as z from 'zod';
import { Contract, Currency, ProviderId } from '../../regions/schema.ts';
import type { Route } from '../runtime/route.ts';
import { Month } from './seats.contract.ts';

/** Whole numbers of the smallest unit of the region's currency: sums and differences of them are exact. */
const Amount = z.int().meta({ examples: [1_200_000] });

/** What seats cost, what they would cost on the market, and what is left of that. */
const Sums = z.strictObject({
  paid: Amount,
  market: Amount,
  saved: Amount,
  /** Of the market's price, with one decimal. */
  savedPercent: z
    .number()
    .exactOptional()
    .meta({ description: 'Absent where the market would ask for nothing', examples: [60] }),
});
export type Sums = z.infer<typeof Sums>;

const SeatMonths = z
  .int()
  .min(0)
  .meta({ examples: [240] });

/** The seats that a provider's learners used in a month, and what they cost at the price of that month. */
const MonthOfSeats = z.strictObject({
  month: Month,
  seats: z
    .int()
    .min(1)
    .meta({ examples: [120] }),
  /** Absent where the contract had no price then. */
  price: z.strictObject({ seatMonth: Amount, marketSeatMonth: Amount }).exactOptional(),
  sums: Sums.exactOptional(),
});
export type MonthOfSeats = z.infer<typeof MonthOfSeats>;

const ProviderSavings = z.strictObject({
  providerId: ProviderId,
  /** Absent of a provider that is in the region file no more. */
  contract: Contract.shape.type.exactOptional(),
  /** Whether each month with seats has a price; what has none is in no sum. */
  priced: z.boolean(),
  months: z.array(MonthOfSeats),
  seatMonths: SeatMonths,
  sums: Sums,
});
export type ProviderSavings = z.infer<typeof ProviderSavings>;

export const Savings = z.strictObject({
  from: Month,
  until: Month,
  currency: Currency.exactOptional().meta({ examples: ['KRW'] }),
  /** Months before that of this day are final; absent before the first count. */
  countedUntil: z.iso
    .date()
    .exactOptional()
    .meta({ examples: ['2026-03-09'] }),
  providers: z.array(ProviderSavings),
  seatMonths: SeatMonths,
  /** Of what has a price. */
  sums: Sums,
});
export type Savings = z.infer<typeof Savings>;

const period = z.strictObject({
  from: Month.meta({ description: 'The first month, in the region' }),
  until: Month.meta({ description: 'The last month; 24 months at most' }),
});

const access = { pool: 'staff', roles: ['coordinator', 'administrator'] } as const;
const refusals = {
  403: ['no-staff-record', 'whole-region-only'],
  422: ['no-such-period'],
} as const;
const description =
  'For staff of the whole region. A seat of a month is used by an account that was active at any time of it. The price is that of the month’s first day, or of the contract’s first price where that begins later in the month. The present month has what was counted by now; it is counted once a day.';

/** What is spent on content, and what is saved (domain.md rows 9 and 35). */
export const savingsRoutes = {
  readSavings: {
    method: 'GET',
    path: '/reports/savings',
    access,
    summary: 'Seats used by month, what they cost, and what they would have cost on the market',
    description,
    query: period,
    answers: { status: 200, body: Savings },
    refusals,
  },
  downloadSavings: {
    method: 'GET',
    path: '/reports/savings.csv',
    access,
    summary: 'The savings report as a table',
    description: `${description} A line for each provider and month (\`month\`), one for each provider (\`provider-total\`), and one for all (\`total\`); amounts in the currency’s unit.`,
    query: period,
    answers: { status: 200, body: z.string(), mediaType: 'text/csv' },
    refusals,
  },
} as const satisfies Readonly<Record<string, Route>>;
