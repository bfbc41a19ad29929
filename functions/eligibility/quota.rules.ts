import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn } from '../../regions/calendar.ts';
import type { AreaId, Group, GroupId, Policy, Region } from '../../regions/schema.ts';
import type { Application } from './contract.ts';
import { lotsOf } from './lots.rules.ts';
import { ageBoundDay, approvalEnd, renewalFrom } from './policy.rules.ts';

/**
 * The capacities of the lots of an area's quota; undefined where the policy has none (domain.md rows 29 and 30).
 */
function quotaOf({ quota }: Pick<Policy, 'quota'>, areaId: AreaId) {
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

/** Whether an application in this state is an approval, if one that stands still. */
export function holdsApproval(state: Application['state']): boolean {
  return state === 'approved' || state === 'suspended';
}

/**
 * The first day of a renewal's months: the one after the last of the approval that it renews, so that nobody loses
 * days by being early; undefined where that one holds no more, and the months begin with the decision.
 */
export function countsFrom(
  renewed: Pick<Application, 'state' | 'validUntil'> | undefined,
  today: Temporal.PlainDate,
): Temporal.PlainDate | undefined {
  if (renewed?.validUntil === undefined || !holdsApproval(renewed.state)) return undefined;
  const last = Temporal.PlainDate.from(renewed.validUntil);
  return Temporal.PlainDate.compare(last, today) < 0 ? undefined : last.add({ days: 1 });
}

/** Whose approval it is, and from when its months count where it renews another. */
export interface Termed {
  readonly groupId: GroupId;
  readonly birthDate: string;
  readonly countsFrom?: Temporal.PlainDate | undefined;
}

/** What an approval that is decided today is given by the policy in force. */
export type Term = Pick<Application, 'validUntil' | 'renewFrom' | 'ageUntil' | 'countsFrom'>;

/**
 * The days of an approval that is decided today: its last, the first on which it can be renewed, and, where passing
 * an age bound ends it, the last before that, which it never outlives (edge case 4).
 */
export function termOf(
  region: Region,
  { groupId, birthDate, countsFrom: begins }: Termed,
  now: Temporal.Instant,
): Term {
  const today = dayIn(region, now);
  const policy = policyOn(region, today);
  const group = policy.groups.find(({ id }) => id === groupId) ?? {};
  const ageUntil = lastDayOfAge(policy, group, birthDate);
  return {
    ...term(policy, begins ?? today, ageUntil),
    ...(ageUntil === undefined ? {} : { ageUntil }),
    ...(begins === undefined ? {} : { countsFrom: begins.toString() }),
  };
}

/** As `termOf`, where the last day before an age bound is known. */
export function term(policy: Policy, begins: Temporal.PlainDate, ageUntil: string | undefined) {
  const end = approvalEnd(policy, begins);
  const last =
    ageUntil !== undefined && ageUntil < end.toString() ? Temporal.PlainDate.from(ageUntil) : end;
  return { validUntil: last.toString(), renewFrom: renewalFrom(policy, last).toString() };
}

/** The last day before an age bound; undefined where passing one ends nothing. */
function lastDayOfAge(policy: Policy, group: Pick<Group, 'ages'>, birthDate: string) {
  const tooOld = policy.whenTooOld === 'end' ? ageBoundDay(policy, group, birthDate) : undefined;
  return tooOld?.subtract({ days: 1 }).toString();
}

/**
 * An approval that goes on to its old end, or to the age bound of a birth date that was corrected since, whichever
 * comes first (edge case 4). Where the end moves, it is renewable, and its learner reminded, by the new one.
 *
 * @param rules - those that the doubt was judged by
 * @param profile - as an officer confirmed it; undefined where the person left: then nothing moves
 */
export function boundedAnew(
  approved: Application,
  { policy, group }: { readonly policy: Policy; readonly group: Group | undefined },
  profile: { readonly birthDate: string } | undefined,
): Application {
  if (profile === undefined) return approved;
  const { ageUntil: _, ...rest } = approved;
  const ageUntil = lastDayOfAge(policy, group ?? {}, profile.birthDate);
  if (ageUntil === undefined) return rest;
  if (rest.validUntil === undefined || rest.validUntil <= ageUntil) return { ...rest, ageUntil };
  const { reminded, ...sooner } = rest;
  const renewFrom = renewalFrom(policy, Temporal.PlainDate.from(ageUntil)).toString();
  return { ...sooner, ageUntil, validUntil: ageUntil, renewFrom };
}

/** What was decided to be approved, where no place is left: its term begins when a place is taken. */
export function waitlisted(decided: Application): Application {
  const { validUntil, renewFrom, reminded, lot, offerUntil, graceUntil, ...rest } = decided;
  const { waitingFor, countsFrom: _, claim, ...waits } = rest;
  return { ...waits, state: 'waitlisted' };
}
