import type { Temporal } from 'temporal-polyfill';
import { contractRuns } from '../regions/calendar.ts';
import type { AreaId, Provider, ProviderKind, Region, Seats } from '../regions/schema.ts';
import { inEnglish } from './in-english.ts';
import { plainTable } from './plain-table.ts';

/** How accounts come about, and what somebody has to do for it. */
const kinds: Readonly<Record<ProviderKind, string>> = {
  scim: 'made by SCIM 2.0: give its address and token with --secrets',
  webhook: 'wished for by signed messages: give its address and key with --secrets',
  lti: 'made by the first launch (LTI 1.3): give what the tool registers with --secrets',
  voucher: 'codes from a pool: import them; no secret',
  manual: 'made by hand: somebody has to look after the work list; no secret',
};

/** The providers, what each costs, and what their kinds mean. */
export function providerTable(
  { providers, areas, currency }: Region,
  today: Temporal.PlainDate,
): string {
  const ids = areas.map(({ id }) => id);
  const rows = providers.map((provider) => [
    provider.id,
    inEnglish(provider.name),
    offersOf(provider),
    seatsOf(provider.seats, ids),
    `${provider.contract.type}, ${provider.contract.from} – ${provider.contract.until ?? ''}`.trimEnd(),
    contractRuns(provider, today) ? 'runs' : 'does not run',
    priceOf(provider, today, currency),
    provider.kind,
  ]);
  const head = ['Provider', 'Name', 'Offers', 'Seats', 'Contract', 'Today', 'A seat', 'Kind'];
  const used = new Set(providers.map(({ kind }) => kind));
  const legend = [...used].map((kind) => `${kind}: accounts are ${kinds[kind]}`);
  return [plainTable(head, rows, [3]), ...legend].join('\n');
}

/** What a seat costs in a month, in the currency's smallest unit, and by how much that is below the market. */
function priceOf(
  { contract: { prices = [] } }: Provider,
  today: Temporal.PlainDate,
  currency = '',
): string {
  const price = prices.findLast(({ from }) => from <= today.toString()) ?? prices[0];
  if (price === undefined) return 'no price: seats are counted only';
  const { seatMonth, marketSeatMonth } = price;
  const asked = `${seatMonth} of ${marketSeatMonth} ${currency}`.trimEnd();
  if (marketSeatMonth === 0) return asked;
  return `${asked} (${Math.round((1 - seatMonth / marketSeatMonth) * 100)} % saved)`;
}

function offersOf({ offers }: Provider): string {
  const categories = [...new Set(offers.map(({ category }) => category))];
  const stagesOf = (wanted: string) =>
    offers.filter(({ category }) => category === wanted).map(({ stage }) => stage);
  return categories.map((category) => `${category}: ${stagesOf(category).join(', ')}`).join('; ');
}

function seatsOf(seats: Seats, areas: readonly AreaId[]): string {
  if (seats === 'unlimited') return 'unlimited';
  return String(areas.reduce((sum, id) => sum + (seats.areas?.[id] ?? seats.perArea), 0));
}
