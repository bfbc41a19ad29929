import type { Finding, RegionPath } from '../fault.ts';
import type { Group, Policy } from '../schema.ts';
import type { Sections } from '../sections.ts';

/** Ages that contradict each other within a policy: nobody could be of them, or nobody would know what follows. */
export function ageBounds({ policies = [] }: Sections): Finding[] {
  return policies.flatMap((policy, i) => {
    const path = ['policies', i];
    return [
      ...majority(policy, path),
      ...programmeAges(policy, path),
      ...policy.groups.flatMap((group, j) => groupAges(group, policy, [...path, 'groups', j])),
      ...passingTheBound(policy, path),
    ];
  });
}

/** Own consent is asked before a guardian's access ends (edge case 4). */
function majority({ majorityAge, consentAge }: Policy, path: RegionPath): Finding[] {
  if (majorityAge >= consentAge) return [];
  return [
    {
      path: [...path, 'majorityAge'],
      problem: `is below "consentAge" (${consentAge})`,
      remedy: 'write that age or a higher one, a guardian is needed until then',
    },
  ];
}

function programmeAges({ minimumAge, maximumAge }: Policy, path: RegionPath): Finding[] {
  if (maximumAge === undefined || maximumAge >= minimumAge) return [];
  return [
    {
      path: [...path, 'maximumAge'],
      problem: `is below "minimumAge" (${minimumAge})`,
      remedy: 'write that age or a higher one, or remove it if there is no bound',
    },
  ];
}

function groupAges({ ages }: Group, policy: Policy, path: RegionPath): Finding[] {
  if (ages === undefined) return [];
  const { minimumAge, maximumAge = Number.POSITIVE_INFINITY } = policy;
  const bounds = [
    ['from', ages.from],
    ['until', ages.until],
  ] as const;
  const outside = bounds.flatMap(([key, age]): Finding[] => {
    const at = [...path, 'ages', key];
    if (age === undefined) return [];
    if (age < minimumAge) return [beyond(at, `is below the policy's "minimumAge" (${minimumAge})`)];
    return age > maximumAge
      ? [beyond(at, `is above the policy's "maximumAge" (${maximumAge})`)]
      : [];
  });
  return [...outside, ...reversed(ages, [...path, 'ages', 'until'])];
}

function beyond(path: RegionPath, problem: string): Finding {
  return { path, problem, remedy: 'write an age within the policy, or remove it' };
}

function reversed({ from, until }: NonNullable<Group['ages']>, path: RegionPath): Finding[] {
  if (from === undefined || until === undefined || until >= from) return [];
  const remedy = 'write that age or a higher one, or remove it if there is no bound';
  return [{ path, problem: `is below "from" (${from})`, remedy }];
}

/** Whoever passes an age bound must find in the policy what that does (edge case 4). */
function passingTheBound(policy: Policy, path: RegionPath): Finding[] {
  const bounded =
    policy.maximumAge !== undefined || policy.groups.some(({ ages }) => ages?.until !== undefined);
  if (bounded === (policy.whenTooOld !== undefined)) return [];
  return [
    bounded
      ? {
          path: [...path, 'whenTooOld'],
          problem: 'is missing, although the policy has a last age',
          remedy: 'add "end" (the approval ends on that birthday) or "finish" (it runs its months)',
        }
      : {
          path: [...path, 'whenTooOld'],
          atKey: true,
          problem: 'stands in a policy without a last age',
          remedy: 'add "maximumAge" or a group\'s "ages.until", or remove it',
        },
  ];
}

/** An approval that could be renewed before it began would never be asked about in time. */
export function renewals({ policies = [] }: Sections): Finding[] {
  return policies.flatMap(({ approvalMonths, deadlines: { renewal } }, i): Finding[] =>
    renewal < approvalMonths * shortestMonth
      ? []
      : [
          {
            path: ['policies', i, 'deadlines', 'renewal'],
            problem: `is as long as the approval itself ("approvalMonths" is ${approvalMonths})`,
            remedy: `write ${approvalMonths * shortestMonth - 1} or fewer days`,
          },
        ],
  );
}

/** Days of a February. */
const shortestMonth = 28;
