import type { Finding, RegionPath } from '../fault.ts';
import type { Partner, Service } from '../schema.ts';
import type { Sections } from '../sections.ts';

/** A partner passes through its states in their order (domain.md row 28). Days compare as texts do. */
export function partnerDays({ partners = [] }: Sections): Finding[] {
  return partners.flatMap(({ agreement: { signed }, from: { recruiting, live, ended } }, i) => {
    const path: RegionPath = ['partners', i, 'from'];
    return [
      ...(recruiting < signed
        ? [early([...path, 'recruiting'], `before the agreement was signed (${signed})`)]
        : []),
      ...(live < recruiting
        ? [early([...path, 'live'], `before "recruiting" (${recruiting})`)]
        : []),
      ...(ended !== undefined && ended <= live
        ? [
            {
              path: [...path, 'ended'],
              problem: `is not after "live" (${live})`,
              remedy: 'write a later day, or remove it if there is no end',
            },
          ]
        : []),
    ];
  });
}

function early(path: RegionPath, when: string): Finding {
  return { path, problem: `is ${when}`, remedy: 'write that day or a later one' };
}

/** An area belongs to one partner at most: it must be clear whose quota, services and officers count. */
export function partnersOfAreas({ areas = [], partners = [] }: Sections): Finding[] {
  const first = new Map<string, Partner>();
  const shared = partners.flatMap((partner, i) =>
    partner.areas.flatMap((areaId, j): Finding[] => {
      const owner = first.get(areaId) ?? partner;
      first.set(areaId, owner);
      if (owner === partner) return [];
      const problem = `"${areaId}" belongs to the partner "${owner.id}" already`;
      const remedy = 'leave it with one of the two, an area has one partner at most';
      return [{ path: ['partners', i, 'areas', j], problem, remedy }];
    }),
  );
  const doubled = areas.flatMap(({ id, services }, i): Finding[] => {
    const owner = first.get(id);
    if (services === undefined || owner === undefined) return [];
    const problem = `stands in an area of the partner "${owner.id}", which has services of its own`;
    const remedy = 'remove it here, "services" of the partner counts';
    return [{ path: ['areas', i, 'services'], atKey: true, problem, remedy }];
  });
  return [...shared, ...doubled];
}

/** Numbers for an area stand in one place: in the quota of its own partner, or in the policy's where that has none. */
export function partnerQuotas({ policies = [], partners = [], areas: known }: Sections): Finding[] {
  const foreign = partners.flatMap(({ id, areas, quotas = [] }, i) =>
    (isMisspelled(areas, known) ? [] : quotas).flatMap((quota, j) =>
      Object.keys(quota.areas ?? {})
        .filter((areaId) => areas.every((own) => own !== areaId))
        .map((areaId) => ({
          path: ['partners', i, 'quotas', j, 'areas', areaId],
          atKey: true as const,
          problem: `is no area of the partner "${id}"`,
          remedy: `take one of its areas (${areas.join(', ')}), or remove it here`,
        })),
    ),
  );
  const overruled = policies.flatMap(({ quota }, i) =>
    Object.keys(quota === 'unlimited' ? {} : (quota.areas ?? {})).flatMap((areaId): Finding[] => {
      const owner = partners.find(
        ({ areas, quotas }) => quotas !== undefined && areas.some((own) => own === areaId),
      );
      if (owner === undefined) return [];
      const problem = `is overruled by "quotas" of the partner "${owner.id}"`;
      const path = ['policies', i, 'quota', 'areas', areaId];
      return [{ path, atKey: true, problem, remedy: 'remove it here, or the quotas there' }];
    }),
  );
  return [...foreign, ...overruled];
}

/** A partner is promised no service that the region has no rules for (domain.md rows 30 and 31). */
export function partnerServices({ partners = [], mentoring = [] }: Sections): Finding[] {
  const has: Readonly<Record<Service, boolean>> = {
    mentoring: mentoring.length > 0,
    consulting: mentoring.some(({ consulting }) => consulting !== undefined),
  };
  return partners.flatMap(({ services }, i) =>
    services.flatMap((service, j): Finding[] => {
      if (has[service]) return [];
      const problem = `is "${service}", a service that the region has no rules for`;
      const remedy = 'add its rules under "mentoring", or take it out here';
      return [{ path: ['partners', i, 'services', j], problem, remedy }];
    }),
  );
}

/** A group that a partner names is for some of its areas, or nobody there could apply in it. */
export function partnerGroups({ policies = [], partners = [], areas: known }: Sections): Finding[] {
  const all = policies.flatMap(({ groups }) => groups);
  return partners.flatMap(({ areas, groups = [] }, i) =>
    groups.flatMap((groupId, j): Finding[] => {
      const meant = all.filter(({ id }) => id === groupId);
      const open = meant.some((group) => group.areas?.some((id) => areas.includes(id)) ?? true);
      if (meant.length === 0 || open || isMisspelled(areas, known)) return [];
      const problem = `"${groupId}" is for none of the partner's areas`;
      const remedy = 'add one of them to "areas" of the group, or remove it here';
      return [{ path: ['partners', i, 'groups', j], problem, remedy }];
    }),
  );
}

/** Whether one of the areas is none of the region: `knownAreas` says so, and what follows from it is no fault of its own. */
function isMisspelled(ids: Partner['areas'], known: Sections['areas'] = []): boolean {
  return ids.some((id) => known.every((area) => area.id !== id));
}
