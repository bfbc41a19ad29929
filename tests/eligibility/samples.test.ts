import { readdirSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { evaluate, verdictOf } from '../../functions/eligibility/policy.rules.ts';
import { dayIn, intakeAt, policyOn } from '../../regions/calendar.ts';
import { loadRegion } from '../../regions/load.ts';
import type { Group, Policy, Region } from '../../regions/schema.ts';
import { applicantOf, factsOf, type SamplePerson, samplePeople } from './sample-people.ts';

/**
 * The decision on each sample person for each group of each policy, as a text that is kept beside this test: a
 * change of a policy shows in review by what it does to people. `vitest run <this file> -u` writes it anew.
 */
const regions = readdirSync('regions')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => loadRegion(`regions/${name}`));

const words = { met: 'approved', open: 'waits', refused: 'rejected' } as const;

/** When the policy can first be applied under: it is in force and an intake is open for the group. */
function firstMoment(region: Region, policy: Policy, group: Group): Temporal.Instant | undefined {
  const instant = (local: string) =>
    Temporal.PlainDateTime.from(local).toZonedDateTime(region.timeZone).toInstant();
  return [`${policy.from}T00:00`, ...region.intakes.map(({ opens }) => opens)]
    .sort()
    .map(instant)
    .find(
      (moment) =>
        policyOn(region, dayIn(region, moment)).version === policy.version &&
        policy.from <= dayIn(region, moment).toString() &&
        intakeAt(region, moment, { groupId: group.id }) !== undefined,
    );
}

function line(
  region: Region,
  policy: Policy,
  group: Group,
  person: SamplePerson,
  at: Temporal.Instant,
) {
  const day = dayIn(region, at);
  const applicant = applicantOf(person, region, day);
  const facts = { ...factsOf(person, day), submittedAt: at };
  const findings = evaluate(region, { policy, group, applicant, facts }, day);
  const verdict = verdictOf(findings);
  // Of what is rejected only the reasons: a paper that is missing besides would not help.
  const reasons = findings.filter((found) => !found.met && verdictOf([found]) === verdict);
  const because =
    verdict === 'met'
      ? `met: ${findings.map(({ rule }) => rule).join(', ')}`
      : reasons.map(({ explanation }) => explanation).join(' ');
  return `  ${person.id.padEnd(13)} ${words[verdict].padEnd(8)} ${because}`;
}

function section(region: Region, policy: Policy, group: Group): string[] {
  const at = firstMoment(region, policy, group);
  const basis = group.legalBasis === undefined ? '' : ` (besides: ${group.legalBasis})`;
  if (at === undefined) return [`${group.id}: no intake${basis}`, ''];
  return [
    `${group.id}, on ${dayIn(region, at)}${basis}`,
    ...samplePeople.map((person) => line(region, policy, group, person, at)),
    '',
  ];
}

function decisions(region: Region): string {
  const lines = region.policies.flatMap((policy) => [
    `${policy.version}: ${policy.legalBasis}`,
    '',
    ...policy.groups.flatMap((group) => section(region, policy, group)),
  ]);
  return lines.join('\n');
}

describe('every policy, applied to the sample people', () => {
  it.each(regions)('$id decides as it did when it was last reviewed', async (region) => {
    await expect(decisions(region)).toMatchFileSnapshot(`samples/${region.id}.txt`);
  });

  it.each(regions)('$id approves somebody in each group, and rejects somebody', (region) => {
    for (const policy of region.policies) {
      for (const group of policy.groups) {
        const lines = section(region, policy, group).join('\n');
        expect(`${group.id}: ${/ approved /.test(lines)} ${/ rejected /.test(lines)}`).toBe(
          `${group.id}: true true`,
        );
      }
    }
  });
});
