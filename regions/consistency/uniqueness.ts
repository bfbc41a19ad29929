import type { Finding, RegionPath } from '../fault.ts';
import type { Sections } from '../sections.ts';

/**
 * Identifiers become keys of stored rows, so two things must never share one. Nor may two policies
 * share their first day: on each day the newest applies, and it must be clear which that is.
 */
export function identities(region: Sections): Finding[] {
  const { areas = [], incomeBands = [], policies = [], providers = [], mentoring = [] } = region;
  const { partners = [] } = region;
  const id = (item: { id: string }) => item.id;
  return [
    ...shared(areas, id, ['areas'], 'id'),
    ...shared(incomeBands, id, ['incomeBands'], 'id'),
    ...shared(partners, id, ['partners'], 'id'),
    ...partners.flatMap(({ quotas = [] }, i) =>
      shared(quotas, (quota) => quota.from, ['partners', i, 'quotas'], 'from'),
    ),
    ...shared(policies, (policy) => policy.version, ['policies'], 'version'),
    ...shared(policies, (policy) => policy.from, ['policies'], 'from'),
    ...policies.flatMap(({ groups }, i) => [
      ...shared(groups, id, ['policies', i, 'groups'], 'id'),
      ...groups.flatMap(({ evidence = [] }, j) =>
        shared(evidence, id, ['policies', i, 'groups', j, 'evidence'], 'id'),
      ),
    ]),
    ...shared(providers, id, ['providers'], 'id'),
    ...shared(mentoring, (policy) => policy.version, ['mentoring'], 'version'),
    ...shared(mentoring, (policy) => policy.from, ['mentoring'], 'from'),
    ...mentoring.flatMap(({ evidence = [] }, i) =>
      shared(evidence, id, ['mentoring', i, 'evidence'], 'id'),
    ),
  ];
}

function shared<Item>(
  items: readonly Item[],
  identity: (item: Item) => string,
  path: RegionPath,
  key: string,
): Finding[] {
  return repeated(items, identity).map(({ index, first, value }) => ({
    path: [...path, index, key],
    problem: `"${value}" is taken by entry ${first + 1} of this list`,
    remedy: 'write another, each entry needs its own',
  }));
}

/** A list that is a set: naming a member twice is a slip that may hide another that was meant. */
export function repetitions(region: Sections): Finding[] {
  const { languages = [], deployment, policies = [], intakes = [], providers = [] } = region;
  const { areas: all = [], partners = [], mentoring = [] } = region;
  const twice = (items: readonly string[], ...path: RegionPath) =>
    listedTwice(items, (item) => item, path);
  return [
    ...twice(languages, 'languages'),
    ...twice(deployment?.origins ?? [], 'deployment', 'origins'),
    ...policies.flatMap(({ groups }, i) =>
      groups.flatMap(({ stages, areas = [], incomeBands = [] }, j) => [
        ...twice(stages, 'policies', i, 'groups', j, 'stages'),
        ...twice(areas, 'policies', i, 'groups', j, 'areas'),
        ...twice(incomeBands, 'policies', i, 'groups', j, 'incomeBands'),
      ]),
    ),
    ...intakes.flatMap(({ areas = [], groups = [] }, i) => [
      ...twice(areas, 'intakes', i, 'areas'),
      ...twice(groups, 'intakes', i, 'groups'),
    ]),
    ...partners.flatMap(({ areas, services, groups = [] }, i) => [
      ...twice(areas, 'partners', i, 'areas'),
      ...twice(services, 'partners', i, 'services'),
      ...twice(groups, 'partners', i, 'groups'),
    ]),
    ...all.flatMap(({ services = [] }, i) => twice(services, 'areas', i, 'services')),
    ...mentoring.flatMap(({ usesUp, stipend }, i) => [
      ...twice(usesUp, 'mentoring', i, 'usesUp'),
      ...twice(stipend?.pays ?? [], 'mentoring', i, 'stipend', 'pays'),
    ]),
    ...providers.flatMap(({ offers }, i) =>
      listedTwice(offers, (o) => `${o.stage} ${o.category}`, ['providers', i, 'offers']),
    ),
  ];
}

function listedTwice<Item>(
  items: readonly Item[],
  name: (item: Item) => string,
  path: RegionPath,
): Finding[] {
  return repeated(items, name).map(({ index, value }) => ({
    path: [...path, index],
    problem: `"${value}" is listed twice`,
    remedy: 'remove it, or write the one that was meant',
  }));
}

interface Repetition {
  readonly index: number;
  /** The index at which the same value stands first. */
  readonly first: number;
  readonly value: string;
}

function repeated<Item>(items: readonly Item[], name: (item: Item) => string): Repetition[] {
  const names = items.map(name);
  return names
    .map((value, index) => ({ index, first: names.indexOf(value), value }))
    .filter(({ index, first }) => first < index);
}
