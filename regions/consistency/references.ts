import type { Finding, RegionPath } from '../fault.ts';
import { nearest } from '../nearest.ts';
import type { Seats } from '../schema.ts';
import type { Sections } from '../sections.ts';

/** An id that is written somewhere, and where. */
interface Reference {
  readonly id: string;
  readonly path: RegionPath;
  readonly atKey?: true;
}

/** Partners, seats, quotas, groups and intakes name areas of the region only. */
export function knownAreas({
  areas,
  partners = [],
  policies = [],
  intakes = [],
  providers = [],
}: Sections): Finding[] {
  if (areas === undefined) return [];
  const named = [
    ...partners.flatMap((partner, i) => listed(partner.areas, ['partners', i, 'areas'])),
    ...policies.flatMap((policy, i) => [
      ...seatAreas(policy.quota, ['policies', i, 'quota']),
      ...policy.groups.flatMap((group, j) =>
        listed(group.areas, ['policies', i, 'groups', j, 'areas']),
      ),
    ]),
    ...intakes.flatMap((intake, i) => listed(intake.areas, ['intakes', i, 'areas'])),
    ...providers.flatMap(({ seats }, i) => seatAreas(seats, ['providers', i, 'seats'])),
  ];
  return unknown(named, areas, 'is not the id of an area', 'add it to "areas", or remove it here');
}

/** Groups name income bands that the region has. */
export function knownIncomeBands({ incomeBands = [], policies = [] }: Sections): Finding[] {
  const named = policies.flatMap(({ groups }, i) =>
    groups.flatMap((group, j) =>
      listed(group.incomeBands, ['policies', i, 'groups', j, 'incomeBands']),
    ),
  );
  const remedy = 'add it to "incomeBands" of the region, or remove it here';
  return unknown(named, incomeBands, 'is not the id of an income band', remedy);
}

/** Partners and intakes name groups that some policy has. */
export function knownGroups({ policies, partners = [], intakes = [] }: Sections): Finding[] {
  if (policies === undefined) return [];
  const named = [
    ...partners.flatMap(({ groups }, i) => listed(groups, ['partners', i, 'groups'])),
    ...intakes.flatMap(({ groups }, i) => listed(groups, ['intakes', i, 'groups'])),
  ];
  const remedy = 'add it to "groups" of a policy, or remove it here';
  const groups = policies.flatMap((policy) => policy.groups);
  return unknown(named, groups, 'is not the id of a group', remedy);
}

function seatAreas(seats: Seats, path: RegionPath): Reference[] {
  const areas = seats === 'unlimited' ? {} : (seats.areas ?? {});
  return Object.keys(areas).map((id) => ({ id, path: [...path, 'areas', id], atKey: true }));
}

function listed(ids: readonly string[] = [], path: RegionPath): Reference[] {
  return ids.map((id, index) => ({ id, path: [...path, index] }));
}

function unknown(
  named: readonly Reference[],
  known: readonly { readonly id: string }[],
  problem: string,
  remedy: string,
): Finding[] {
  const ids = known.map(({ id }) => id);
  return named
    .filter(({ id }) => !ids.includes(id))
    .map(({ id, ...place }): Finding => {
      const meant = nearest(id, ids);
      const instead = meant === undefined ? remedy : `did you mean "${meant}"?`;
      // A key shows its id where it stands; of a list the path shows a number only.
      const what = place.atKey ? problem : `"${id}" ${problem}`;
      return { ...place, problem: what, remedy: instead };
    });
}
