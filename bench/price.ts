import { pricesIn, readPrices } from '../bin/cost-prices.ts';
import { loadRegion } from '../regions/load.ts';
import { budgets } from './budgets.ts';
import { exponentOf } from './growth.ts';
import { alwaysOn } from './price/always-on.ts';
import { countedBy } from './price/counted.ts';
import { priceOf, type Share } from './price/model.ts';
import type { Report } from './report.ts';

const file = 'regions/seoul.yaml';
/** Those of the issue, and what Seoul has now. */
const sizes = [16_000, 35_000, 110_000] as const;
const held = [16_000, 110_000] as const;

/** Dollars of a learner-year, without identity and with it, and Moodle's. */
export function learnerYear(learners: number) {
  const region = loadRegion(file);
  const { prices } = pricesIn(readPrices(), region.deployment.awsRegion);
  const shares = priceOf(region, learners, prices, countedBy);
  const shared = priceOf(region, learners, prices, countedBy, 0);
  const sum = (some: readonly { readonly yearly: number }[]) =>
    some.reduce((total, { yearly }) => total + yearly, 0) / learners;
  const of = (...kinds: readonly Share['kind'][]) =>
    sum(shares.filter(({ kind }) => kinds.includes(kind)));
  const moodle = alwaysOn(learners);
  return {
    ...{ learners, shares, moodle },
    perLearner: of('learner'),
    fixed: of('fixed'),
    without: of('learner', 'fixed'),
    /** Where other accounts of the same organisation use up what AWS gives. */
    nothingFree: sum(shared.filter(({ kind }) => kind !== 'identity')),
    withIdentity: of('learner', 'fixed', 'identity'),
    alwaysOn: sum(moodle),
  };
}

/** The list price of a learner-year, by what is paid for. */
export async function price(): Promise<Report> {
  const years = sizes.map(learnerYear);
  const row = (what: string, figure: (one: (typeof years)[number]) => number) => [
    what,
    ...years.map((one) => dollars(figure(one))),
  ];
  const [first] = years;
  const growth = (figure: (one: (typeof years)[number]) => number) =>
    exponentOf(years.map((one) => [one.learners, figure(one) * one.learners])).toFixed(2);
  return {
    rows: [
      ['US$ of a learner-year', ...sizes.map((size) => size.toLocaleString('en'))],
      ...(first?.shares ?? []).map(({ what }, position) =>
        row(what, ({ shares, learners }) => (shares[position]?.yearly ?? 0) / learners),
      ),
      ['', '', '', ''],
      row('for each learner', ({ perLearner }) => perLearner),
      row('whoever learns', ({ fixed }) => fixed),
      row('together, without identity', ({ without }) => without),
      row('the same, nothing given', ({ nothingFree }) => nothingFree),
      row('with identity', ({ withIdentity }) => withIdentity),
      row('Moodle, always on', ({ alwaysOn: one }) => one),
      ['grows with the power of', growth(({ without }) => without), '', ''],
      ['Moodle with', growth(({ alwaysOn: one }) => one), '', ''],
    ],
    data: { pricesOf: readPrices().asOf, years },
    targets: held.flatMap((size) => {
      const one = learnerYear(size);
      const at = size.toLocaleString('en');
      return [
        {
          what: `US cents without identity, ${at}`,
          atMost: budgets.price.wished[size] * 100,
          measured: one.without * 100,
        },
        {
          what: `with identity, of Moodle's, ${at}`,
          atMost: budgets.price.ofMoodle,
          measured: one.withIdentity / one.alwaysOn,
        },
      ];
    }),
  };
}

const dollars = (figure: number): string => figure.toFixed(5);
