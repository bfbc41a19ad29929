import type { Finding, RegionPath } from '../fault.ts';
import { categories, type Policy, type Provider } from '../schema.ts';
import type { Sections } from '../sections.ts';

/** Whoever a policy admits must find as many providers for each category as it promises places. */
export function coverage({ policies = [], providers }: Sections): Finding[] {
  if (providers === undefined) return [];
  return policies.flatMap((policy, i) => gaps(policy, providers, ['policies', i, 'places']));
}

function gaps(policy: Policy, providers: readonly Provider[], path: RegionPath): Finding[] {
  const stages = [...new Set(policy.groups.flatMap((group) => group.stages))];
  return categories.flatMap((category) => {
    const promised = policy.places[category];
    if (promised === undefined) return [];
    const count = (stage: string) =>
      providers.filter(({ offers }) =>
        offers.some((offer) => offer.stage === stage && offer.category === category),
      ).length;
    return [
      ...told(
        stages.filter((stage) => count(stage) === 0),
        'no provider offers',
      ),
      ...told(
        stages.filter((stage) => count(stage) > 0 && count(stage) < promised),
        `fewer than ${promised} providers offer`,
      ),
    ];

    function told(lacking: readonly string[], words: string): Finding[] {
      if (lacking.length === 0) return [];
      return [
        {
          path: [...path, category],
          problem: `${words} "${category}" for ${lacking.join(', ')}`,
          remedy: 'add an offer to a provider, or take the place or the stage out of this policy',
        },
      ];
    }
  });
}
