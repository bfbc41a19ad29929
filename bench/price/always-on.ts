import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { readPrices } from '../../bin/cost-prices.ts';

const Prices = z.strictObject({
  asOf: z.iso.date(),
  currency: z.literal('USD'),
  awsRegion: z.string(),
  source: z.string(),
  hour: z.record(z.string(), z.number()),
  month: z.record(z.string(), z.number()),
  gb: z.record(z.string(), z.number()),
});

/** What runs whether anybody learns or not, with how many of each: for so many learners the smallest that is sensible. */
const sizings = [
  {
    upTo: 20_000,
    hours: {
      'm6g.large': 2,
      'db.m6g.large multi-AZ': 1,
      'cache.t4g.small': 2,
      'load balancer': 1,
      'load balancer capacity unit': 1,
      'NAT gateway': 2,
    },
    months: {
      'GB of EFS': 100,
      'GB of a database multi-AZ': 100,
      'GB of database backup': 100,
      'GB of EBS': 60,
    },
  },
  {
    upTo: 50_000,
    hours: {
      'm6g.xlarge': 2,
      'db.m6g.xlarge multi-AZ': 1,
      'cache.t4g.small': 2,
      'load balancer': 1,
      'load balancer capacity unit': 2,
      'NAT gateway': 2,
    },
    months: {
      'GB of EFS': 200,
      'GB of a database multi-AZ': 200,
      'GB of database backup': 200,
      'GB of EBS': 60,
    },
  },
  {
    upTo: 120_000,
    hours: {
      'm6g.xlarge': 4,
      'db.m6g.2xlarge multi-AZ': 1,
      'cache.m6g.large': 2,
      'load balancer': 1,
      'load balancer capacity unit': 4,
      'NAT gateway': 2,
    },
    months: {
      'GB of EFS': 500,
      'GB of a database multi-AZ': 500,
      'GB of database backup': 500,
      'GB of EBS': 120,
    },
  },
] as const;

/** Megabytes of pages that a learner is sent in a year: 150 looks of five pages of 50 KB. */
const megabytesOut = 150 * 5 * 0.05;

/** Dollars in a year of a Moodle that is always on, by what it is paid for. */
export function alwaysOn(
  learners: number,
): readonly { readonly what: string; readonly yearly: number }[] {
  const text = readFileSync(new URL('../prices/always-on.json', import.meta.url), 'utf8');
  const prices = Prices.parse(JSON.parse(text));
  const sizing = sizings.find(({ upTo }) => learners <= upTo);
  if (sizing === undefined)
    throw new RangeError(`nobody has sized Moodle for ${learners} learners`);
  const of = (list: Readonly<Record<string, number>>, what: string) => {
    const price = list[what];
    if (price === undefined) throw new RangeError(`always-on.json has no price of ${what}`);
    return price;
  };
  const gigabytes = (learners * megabytesOut) / 1_000;
  // As Ladder has it: what AWS gives each account.
  const free = readPrices().freeEachMonth.outGb * 12;
  return [
    ...Object.entries(sizing.hours).map(([what, count]) => ({
      what: `${count} × ${what}`,
      yearly: count * of(prices.hour, what) * 8_760,
    })),
    ...Object.entries(sizing.months).map(([what, count]) => ({
      what: `${count} ${what}`,
      yearly: count * of(prices.month, what) * 12,
    })),
    { what: 'GB out', yearly: Math.max(0, gigabytes - free) * of(prices.gb, 'out') },
  ];
}
