import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { chosenCategories, kindsOf } from './provider-names.ts';

const Sample = z.looseObject({
  policies: z.array(z.looseObject({})).length(1),
  deployment: z.looseObject({}),
});

/** What a provider of a kind has besides, so that each does something otherwise than the plainest. */
const more: Readonly<Record<string, object>> = {
  highland: { pressure: { requests: 40, seconds: 1 } },
  ridge: { scim: { removal: 'deactivate', patch: 'object', pageSize: 20 } },
  passport: {
    voucher: { redeem: 'https://passport.example/redeem', lowWater: 5, afterUse: 'return' },
  },
};

/**
 * A small region, quick to boot, with providers of each kind that no person has to help along; nobody runs out of anything.
 *
 * @param otherwise - what providers have besides, by their ids
 */
export function turmoilRegion(otherwise: Readonly<Record<string, object>> = {}): string {
  const sample = Sample.parse(parse(readFileSync('regions/taebaek.yaml', 'utf8')));
  const policies = sample.policies.map((policy) => ({
    ...policy,
    quota: { perArea: 50_000 },
    switches: 100,
  }));
  const providers = chosenCategories.flatMap((category) =>
    providersOf(category).map((provider) => ({
      ...provider,
      ...more[provider.id],
      ...otherwise[provider.id],
    })),
  );
  // Whoever judges asks for a thousand learners within seconds.
  const deployment = { ...sample.deployment, throttle: { requestsPerSecond: 5_000, burst: 5_000 } };
  return stringify({ ...sample, policies, providers, deployment });
}

function providersOf(category: keyof typeof kindsOf) {
  return Object.entries(kindsOf[category]).map(([id, kind]) => ({
    ...{ id, kind },
    name: { ko: id, en: id },
    description: { ko: id, en: id },
    offers: ['elementary', 'middle', 'high'].map((stage) => ({ stage, category })),
    contract: { type: 'donated', from: '2025-09-01' },
    seats: 'unlimited',
  }));
}
