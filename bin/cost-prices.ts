import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Dollars for one of what the name says; a list of them where the first cost less or more than the rest. */
const Price = z.number().min(0);

/** A price by steps: each `upTo` is the number with which a step ends; the last step has none. */
const Tiers = z
  .array(z.strictObject({ upTo: z.int().min(1).optional(), each: Price }))
  .min(1)
  .refine(areInOrder, 'steps in order, the last without "upTo" and no other');
export type Tiers = z.infer<typeof Tiers>;

const Everywhere = z.strictObject({
  lambdaRequest: Price,
  lambdaGbSecond: Price,
  cognitoLite: Tiers,
  cognitoEssentials: Tiers,
  cognitoPlus: Tiers,
  mail: Price,
  queueRequest: Price,
  alarm: Price,
  metric: Price,
  dashboard: Price,
  logStorageGb: Price,
  secret: Price,
  secretRequest: Price,
  key: Price,
  keyRequest: Price,
  webAcl: Price,
  webRule: Price,
  webRequest: Price,
  edgeRequest: Price,
  edgeGb: Price,
});

const Regional = z.strictObject({
  apiRequest: Price,
  writeUnit: Price,
  readUnit: Price,
  tableGb: Price,
  backupGb: Price,
  objectGb: Price,
  objectPut: Price,
  logGb: Price,
  outGb: Price,
});
type Regional = z.infer<typeof Regional>;

/** How many of what is paid for AWS gives each account each month, for as long as there is an account. */
const Free = z.strictObject({
  lambdaRequest: z.number(),
  lambdaGbSecond: z.number(),
  queueRequest: z.number(),
  alarm: z.number(),
  metric: z.number(),
  logGb: z.number(),
  tableGb: z.number(),
  outGb: z.number(),
  /** Of fifty metrics each. */
  dashboard: z.number(),
  keyRequest: z.number(),
  edgeRequest: z.number(),
  edgeGb: z.number(),
});

/** `bin/prices.json`: list prices of AWS as of a day, entered by hand; nothing compares them with AWS. */
export const Prices = z.strictObject({
  asOf: z.iso.date(),
  currency: z.literal('USD'),
  freeEachMonth: Free,
  everywhere: Everywhere,
  regions: z.record(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/), Regional),
});
export type Prices = z.infer<typeof Prices>;

/** The prices of one AWS region. */
export type PricesHere = z.infer<typeof Everywhere> &
  Regional & { readonly freeEachMonth: z.infer<typeof Free> };

/** What has one price, however many there are. */
export type Priced = {
  [name in keyof PricesHere]: PricesHere[name] extends number ? name : never;
}[keyof PricesHere];

export function readPrices(): Prices {
  return Prices.parse(JSON.parse(readFileSync(new URL('prices.json', import.meta.url), 'utf8')));
}

/**
 * The prices of an AWS region. Of one that the file does not have, the highest that it has of each: an estimate that is
 * too high is no surprise.
 */
export function pricesIn(
  { everywhere, freeEachMonth, regions }: Prices,
  awsRegion: string,
): { readonly prices: PricesHere; readonly known: boolean } {
  const here = regions[awsRegion];
  const anywhere = { ...everywhere, freeEachMonth };
  if (here !== undefined) return { prices: { ...anywhere, ...here }, known: true };
  const highest = Object.values(regions).reduce(higher);
  return { prices: { ...anywhere, ...highest }, known: false };
}

/**
 * What so many cost in so many months of one account: what is free is used up by whoever is asked about first.
 *
 * @returns dollars
 */
export function payer(prices: PricesHere, months: number) {
  const left = new Map(
    Object.entries(prices.freeEachMonth).map(([name, each]) => [name, each * months]),
  );
  return (name: Priced, quantity: number): number => {
    const free = Math.min(quantity, left.get(name) ?? 0);
    left.set(name, (left.get(name) ?? 0) - free);
    return (quantity - free) * prices[name];
  };
}
export type Payer = ReturnType<typeof payer>;

function higher(a: Regional, b: Regional): Regional {
  return {
    apiRequest: Math.max(a.apiRequest, b.apiRequest),
    writeUnit: Math.max(a.writeUnit, b.writeUnit),
    readUnit: Math.max(a.readUnit, b.readUnit),
    tableGb: Math.max(a.tableGb, b.tableGb),
    backupGb: Math.max(a.backupGb, b.backupGb),
    objectGb: Math.max(a.objectGb, b.objectGb),
    objectPut: Math.max(a.objectPut, b.objectPut),
    logGb: Math.max(a.logGb, b.logGb),
    outGb: Math.max(a.outGb, b.outGb),
  };
}

/** What so many cost by steps. */
export function byTiers(tiers: Tiers, quantity: number): number {
  let cost = 0;
  let before = 0;
  for (const { upTo = Number.POSITIVE_INFINITY, each } of tiers) {
    cost += Math.max(0, Math.min(quantity, upTo) - before) * each;
    before = upTo;
  }
  return cost;
}

function areInOrder(tiers: readonly { upTo?: number | undefined }[]): boolean {
  const ends = tiers.map(({ upTo }) => upTo ?? Number.POSITIVE_INFINITY);
  return (
    ends.at(-1) === Number.POSITIVE_INFINITY &&
    ends.every((end, index) => index === 0 || end > (ends[index - 1] ?? 0))
  );
}
