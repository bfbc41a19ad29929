import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn } from '../../regions/calendar.ts';
import type { AreaId, GroupId, Policy, Region } from '../../regions/schema.ts';
import type { Application } from './contract.ts';
import { lotsOf } from './lots.rules.ts';
import { ageBoundDay, approvalEnd, renewalFrom } from './policy.rules.ts';

/**
 * The capacities of the lots of an area's quota; undefined where the policy has none (domain.md rows 29 and 30).
 */
export function quotaOf({ quota }: Pick<Policy, 'quota'>, areaId: AreaId) {
  return quota === 'unlimited' ? undefined : lotsOf(quota.areas?.[areaId] ?? quota.perArea);
}

/** As `quotaOf`, of the policy in force. */
export function quotaToday(region: Region, areaId: AreaId, now: Temporal.Instant) {
  return quotaOf(policyOn(region, dayIn(region, now)), areaId);
}

/** Whether an application in this state holds a place in its area's quota, where there is one. */
export function holdsPlace(state: Application['state']): boolean {
  return state === 'offered' || state === 'approved' || state === 'suspended';
}

/** What an approval that begins today is given by the policy in force. */
export type Term = Pick<Application, 'validUntil' | 'renewFrom' | 'ageUntil'>;

/**
 * The days of an approval that begins today: its last, the first on which it can be renewed, and, where passing
 * an age bound ends it, the last before that, which it never outlives (edge case 4).
 */
export function termOf(
  region: Region,
  { groupId, birthDate }: { readonly groupId: GroupId; readonly birthDate: string },
  now: Temporal.Instant,
): Term {
  const today = dayIn(region, now);
  const policy = policyOn(region, today);
  const group = policy.groups.find(({ id }) => id === groupId) ?? {};
  const tooOld = policy.whenTooOld === 'end' ? ageBoundDay(policy, group, birthDate) : undefined;
  const ageUntil = tooOld?.subtract({ days: 1 }).toString();
  return { ...term(policy, today, ageUntil), ...(ageUntil === undefined ? {} : { ageUntil }) };
}

/** As `termOf`, where the last day before an age bound is known. */
export function term(policy: Policy, today: Temporal.PlainDate, ageUntil: string | undefined) {
  const end = approvalEnd(policy, today);
  const last =
    ageUntil !== undefined && ageUntil < end.toString() ? Temporal.PlainDate.from(ageUntil) : end;
  return { validUntil: last.toString(), renewFrom: renewalFrom(policy, last).toString() };
}

/** What was decided to be approved, where no place is left: its term begins when a place is taken. */
export function waitlisted(decided: Application): Application {
  const { validUntil, renewFrom, reminded, lot, offerUntil, graceUntil, ...rest } = decided;
  return { ...rest, state: 'waitlisted' };
}
