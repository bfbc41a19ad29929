import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { costInWords, costTable, estimateCost } from '../../bin/cost.ts';
import { fixed } from '../../bin/cost-lines.ts';
import { byTiers, Prices, payer, pricesIn, readPrices } from '../../bin/cost-prices.ts';
import { type Partner, PartnerId, Provider, type Region } from '../../regions/schema.ts';
import { resourcesOf, seoul, taebaek, templateOf } from '../lib/template.ts';

const day = Temporal.PlainDate.from('2026-12-01');

/** Taebaek with other values of its deployment, such as switches. */
function taebaekWith(changed: Readonly<Record<string, unknown>>): Region {
  const deployment = { ...taebaek.deployment, ...changed };
  return { ...taebaek, deployment };
}

function monthly(region: Region, service: string, what: string): number | undefined {
  const { lines } = estimateCost(region, { day });
  return lines.find((line) => line.service === service && line.what === what)?.monthly;
}

describe('how many learners an estimate is for', () => {
  it('is as many as the quotas of the areas admit', () => {
    expect(estimateCost(taebaek, { day })).toMatchObject({
      learners: 500,
      learnersFrom: 'as many as the quotas admit',
    });
  });

  it('is by the throttle where quotas are unlimited, and says so', () => {
    const { learners, learnersFrom } = estimateCost(seoul, { day });
    expect(learners).toBe(35_000);
    expect(learnersFrom).toContain('say --learners');
  });

  it('is what the caller says', () => {
    expect(estimateCost(seoul, { day, learners: 110_000 }).learners).toBe(110_000);
  });

  it('is by the policy of the day: the next stage costs when it has begun', () => {
    const [policy] = taebaek.policies;
    if (policy === undefined) throw new Error('Taebaek has a policy');
    const next = { ...policy, from: '2027-01-01', quota: { perArea: 900 } };
    const region = { ...taebaek, policies: [policy, next] };
    expect(estimateCost(region, { day }).learners).toBe(500);
    const later = Temporal.PlainDate.from('2027-01-01');
    expect(estimateCost(region, { day: later }).learners).toBe(900);
  });
});

describe('how many learners an estimate is for where partners are hosted', () => {
  const [area] = taebaek.areas;
  if (area === undefined) throw new Error('Taebaek has an area');
  const partner: Partner = {
    id: PartnerId.parse('neighbour'),
    name: { en: 'Neighbour' },
    areas: [area.id],
    agreement: { signed: '2026-01-10', legalBasis: 'Agreement, article 1' },
    from: { recruiting: '2027-01-01', live: '2027-03-01', ended: '2028-01-01' },
    services: [],
    quotas: [
      { from: '2027-01-01', perArea: 120 },
      { from: '2027-06-01', perArea: 200 },
    ],
  };
  const hosting = { ...taebaek, partners: [partner] };
  it.each([
    ['agreed, so none yet', '2026-12-31', 0],
    ['recruiting, by its own quota', '2027-01-01', 120],
    ['live, by its newer quota', '2027-06-01', 200],
    ['ended', '2028-01-01', 0],
  ])('%s', (_, on, learners) => {
    const estimate = estimateCost(hosting, { day: Temporal.PlainDate.from(on) });
    expect(estimate).toMatchObject({ learners, learnersFrom: 'as many as the quotas admit' });
  });
});

describe('what an estimate adds up', () => {
  it('more learners never cost less, and the total is the sum of its lines', () => {
    const many = fc.integer({ min: 0, max: 1_000_000 });
    const property = fc.property(many, many, (a, b) => {
      const [fewer, more] = [a, b].sort((x, y) => x - y);
      const less = estimateCost(seoul, { day, learners: fewer });
      const all = estimateCost(seoul, { day, learners: more });
      expect(less.total).toBeLessThanOrEqual(all.total);
      expect(all.total).toBeCloseTo(
        all.lines.reduce((sum, line) => sum + line.monthly, 0),
        6,
      );
    });
    fc.assert(property, { numRuns: 100 });
  });

  it.each([['secrets', 'AWS::SecretsManager::Secret']])(
    'counts the %s of the template, give or take a fifth',
    (what, type) => {
      for (const region of [taebaek, seoul]) {
        const { lines } = estimateCost(region, { day });
        const counted = lines.find((line) => line.what === what)?.quantity ?? 0;
        const { size } = resourcesOf(templateOf(region), type);
        expect(Math.abs(counted - size) / size).toBeLessThan(0.2);
      }
    },
  );

  it('counts the metrics that alarms go by, as in the template: one that goes by several is paid for each', () => {
    const Watching = z.object({
      Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional(),
    });
    for (const region of [taebaek, seoul]) {
      const alarms = resourcesOf(templateOf(region), 'AWS::CloudWatch::Alarm').values();
      const watched = [...alarms].flatMap(({ Properties }) => {
        const { Metrics = [{ MetricStat: {} }] } = Watching.parse(Properties);
        return Metrics.filter(({ MetricStat }) => MetricStat !== undefined);
      });
      const counted = fixed.alarms + region.providers.length * fixed.alarmsPerProvider;
      expect(counted).toBe(watched.length);
    }
  });

  it('says what it is where others use up what AWS gives: more, whatever is free', () => {
    for (const region of [taebaek, seoul]) {
      const { total, withoutGift } = estimateCost(region, { day });
      expect(withoutGift).toBeGreaterThan(total + 10);
    }
    expect(costInWords(estimateCost(taebaek, { day }))).toMatch(/; \$\d+ where others use up/);
  });

  it('leaves out what AWS gives each account each month, once', () => {
    const { prices } = pricesIn(readPrices(), seoul.deployment.awsRegion);
    const pay = payer(prices, 12);
    expect(pay('alarm', 100)).toBe(0);
    expect(pay('alarm', 100)).toBeCloseTo(80 * prices.alarm, 9);
    expect(pay('readUnit', 100)).toBeCloseTo(100 * prices.readUnit, 9);
  });

  it('has one secret for all providers, and none where no kind needs any', () => {
    const byHand = taebaek.providers.map(({ kind: _, ...whoever }) =>
      Provider.parse({ ...whoever, kind: 'manual' }),
    );
    expect(byHand.length).toBeGreaterThan(1);
    const secretsWith = (providers: Region['providers']) =>
      estimateCost({ ...taebaek, providers }, { day }).lines.find(({ what }) => what === 'secrets')
        ?.quantity ?? 0;
    const secrets = secretsWith(taebaek.providers);
    expect(secretsWith([...taebaek.providers.slice(0, 1), ...byHand.slice(1)])).toBe(secrets);
    expect(secretsWith(byHand)).toBe(secrets - 1);
  });

  it('counts the queues that functions poll, as in the template', () => {
    for (const region of [taebaek, seoul]) {
      const sources = [
        ...resourcesOf(templateOf(region), 'AWS::Lambda::EventSourceMapping').values(),
      ];
      // A stream is read from a position; a queue has none.
      const queues = sources.filter(
        ({ Properties }) => Properties['StartingPosition'] === undefined,
      );
      expect(fixed.queues + region.providers.length * fixed.queuesPerProvider).toBe(queues.length);
    }
  });

  it('has a line for each switch of the region file, and none without', () => {
    for (const service of ['KMS', 'WAF', 'CloudFront']) {
      const { lines } = estimateCost(taebaek, { day });
      expect(lines.filter((line) => line.service === service)).toEqual([]);
    }
    expect(monthly(taebaekWith({ keys: 'own' }), 'KMS', 'keys')).toBe(1);
    const pools = taebaekWith({ firewall: { perAddress: 1000 } });
    expect(monthly(pools, 'WAF', 'web ACLs')).toBe(5);
    expect(monthly(pools, 'CloudFront', 'requests')).toBeUndefined();
    const api = taebaekWith({ firewall: { perAddress: 1000, api: {} } });
    // As few as a small region has are given.
    expect(monthly(api, 'CloudFront', 'requests')).toBe(0);
    const plus = taebaekWith({ threatProtection: 'plus' });
    expect(monthly(plus, 'Cognito', 'active learners, plan plus')).toBeCloseTo(300 * 0.02, 6);
  });

  it('is shown with the assumption beside each line, and in one sentence', () => {
    const estimate = estimateCost(taebaek, { day });
    const table = costTable(estimate);
    for (const { assumption } of estimate.lines) expect(table).toContain(assumption);
    expect(table).toContain(estimate.total.toFixed(2));
    expect(costInWords(estimate)).toMatch(
      /^about \$\d+ a month with 500 learners, .* of ap-northeast-2 of \d{4}-/,
    );
  });
});

describe('prices', () => {
  const list = readPrices();

  it.each([
    ['a price that nobody knows', { everywhere: { ...list.everywhere, gold: 1 } }],
    ['a negative price', { everywhere: { ...list.everywhere, mail: -1 } }],
    [
      'steps out of order',
      { everywhere: { ...list.everywhere, cognitoLite: [{ each: 1 }, { upTo: 5, each: 0 }] } },
    ],
    ['a day that there is not', { asOf: '2025-02-30' }],
  ])('with %s are refused', (_what, changed) => {
    expect(Prices.safeParse({ ...list, ...changed }).success).toBe(false);
  });

  it('of an AWS region that the file does not have are the highest, and the estimate says so', () => {
    const elsewhere = taebaekWith({ awsRegion: 'sa-east-1' });
    const estimate = estimateCost(elsewhere, { day });
    expect(estimate.pricesKnown).toBe(false);
    expect(costInWords(estimate)).toContain('none of sa-east-1 are known');
    for (const awsRegion of Object.keys(list.regions)) {
      const { total } = estimateCost(taebaekWith({ awsRegion }), { day });
      expect(total).toBeLessThanOrEqual(estimate.total);
    }
    expect(pricesIn(list, 'sa-east-1').prices.outGb).toBe(0.126);
  });

  it.each([
    [0, 0],
    [10_000, 0],
    [10_001, 0.0055],
    [100_000, 495],
    [110_000, 541],
  ])('by steps make %i active learners cost %d dollars', (learners, dollars) => {
    expect(byTiers(list.everywhere.cognitoLite, learners)).toBeCloseTo(dollars, 6);
  });
});
