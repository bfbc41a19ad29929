import type { Region } from '../regions/schema.ts';
import { type CostLine, costLines } from './cost-lines.ts';
import { expectedLoad, type LoadOptions } from './cost-load.ts';
import { pricesIn, readPrices } from './cost-prices.ts';
import { plainTable } from './plain-table.ts';

export type { CostLine } from './cost-lines.ts';

/** What a region costs in a month at list prices. */
export interface CostEstimate {
  readonly learners: number;
  readonly learnersFrom: string;
  readonly awsRegion: string;
  readonly currency: 'USD';
  /** The day of the prices. */
  readonly asOf: string;
  /** Whether the prices are of `awsRegion`; else they are the highest of those that are known. */
  readonly pricesKnown: boolean;
  readonly lines: readonly CostLine[];
  /** Dollars in a month. */
  readonly total: number;
  /** The same where others of the organisation use up what AWS gives each month. */
  readonly withoutGift: number;
}

/**
 * What a region is expected to cost in a month, from its file alone: no request is made, and nothing has to be deployed.
 * By list prices without taxes and discounts, with what AWS gives each account each month. `docs/cost.md` explains it.
 *
 * @param options.learners - how many take part; absent: as many as the quotas admit
 */
export function estimateCost(region: Region, options: LoadOptions = {}): CostEstimate {
  const { awsRegion } = region.deployment;
  const load = expectedLoad(region, options);
  const list = readPrices();
  const { prices, known } = pricesIn(list, awsRegion);
  const lines = costLines(load, prices, 1);
  const { learners, learnersFrom } = load;
  return {
    learners,
    learnersFrom,
    awsRegion,
    currency: list.currency,
    asOf: list.asOf,
    pricesKnown: known,
    lines,
    total: sumOf(lines),
    withoutGift: sumOf(costLines(load, prices, 0)),
  };
}

const sumOf = (lines: readonly CostLine[]) => lines.reduce((sum, { monthly }) => sum + monthly, 0);

/** The estimate in one line, for whoever is about to deploy. */
export function costInWords(estimate: CostEstimate): string {
  const { learners, total, withoutGift, asOf, pricesKnown, awsRegion } = estimate;
  const prices = pricesKnown
    ? `of ${awsRegion}`
    : `(none of ${awsRegion} are known: the highest that are)`;
  return `about ${dollars(total)} a month with ${count(learners)} learners, at list prices ${prices} of ${asOf}; ${dollars(withoutGift)} where others use up what AWS gives each month`;
}

/** The estimate as a table for people, a line for each of what is paid for, and the assumption beside it. */
export function costTable({ lines, total }: CostEstimate): string {
  const rows = lines.map(({ service, what, quantity, monthly, assumption }) => [
    service,
    what,
    count(quantity),
    monthly.toFixed(2),
    assumption,
  ]);
  const together = ['', 'together', '', total.toFixed(2), ''];
  return plainTable(
    ['Service', 'Of what', 'How many', 'USD', 'Assumed'],
    [...rows, together],
    [2, 3],
  );
}

/** What each service costs, as a Markdown table: for documents and for comments on a change. */
export function costMarkdown({ lines, total }: CostEstimate): string {
  const services = [...new Set(lines.map(({ service }) => service))];
  const rows = services.map((service) => {
    const of = lines.filter((one) => one.service === service);
    return `| ${service} | ${of.reduce((sum, { monthly }) => sum + monthly, 0).toFixed(2)} |`;
  });
  return [
    '| Service | USD a month |',
    '|---|---:|',
    ...rows,
    `| **together** | **${total.toFixed(2)}** |`,
  ].join('\n');
}

/** Dollars without cents: an estimate is not that exact. */
export function dollars(amount: number): string {
  return `$${count(Math.ceil(amount))}`;
}

function count(quantity: number): string {
  const digits = quantity < 10 && !Number.isInteger(quantity) ? 2 : 0;
  return quantity.toLocaleString('en', { maximumFractionDigits: digits });
}
