import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn, quotaOn } from '../../regions/calendar.ts';
import type { AreaId, Group, GroupId, Policy, Region } from '../../regions/schema.ts';
import type { Application } from './contract.ts';
import { lotsOf } from './lots.rules.ts';
import { ageBoundDay, approvalEnd, renewalFrom } from './policy.rules.ts';

/** The capacities of the lots of an area's quota today; undefined where there is no bound (domain.md rows 29 and 30). */
export function quotaToday(region: Region, areaId: AreaId, now: Temporal.Instant) {
  const places = quotaOn(region, areaId, dayIn(region, now));
  return places === undefined ? undefined : lotsOf(places);
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
export type Term = Pick<
  Application,
  'validUntil' | 'renewFrom' | 'ageUntil' | 'countsFrom' | 'monthsUntil'
>;

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
export function term(
  policy: Policy,
  begins: Temporal.PlainDate,
  ageUntil: string | undefined,
): Term & Required<Pick<Term, 'validUntil'>> {
  const days = cutAt(ageUntil, approvalEnd(policy, begins).toString());
  return { ...days, renewFrom: renewable(policy, days.validUntil) };
}

/** The last day of months that an age bound may cut; the day that they had is kept for when the age was wrong. */
function cutAt(ageUntil: string | undefined, end: string) {
  return ageUntil !== undefined && ageUntil < end
    ? { validUntil: ageUntil, monthsUntil: end }
    : { validUntil: end };
}

const renewable = (policy: Policy, lastDay: string) =>
  renewalFrom(policy, Temporal.PlainDate.from(lastDay)).toString();

/** The last day before an age bound; undefined where passing one ends nothing. */
function lastDayOfAge(policy: Policy, group: Pick<Group, 'ages'>, birthDate: string) {
  const tooOld = policy.whenTooOld === 'end' ? ageBoundDay(policy, group, birthDate) : undefined;
  return tooOld?.subtract({ days: 1 }).toString();
}

/**
 * An approval that goes on to the end of its months, or to the age bound of a birth date that was corrected since,
 * whichever comes first (edge case 4): who turns out older ends sooner, and who turns out younger gets back what the
 * wrong date had cut. Where the end moves, it is renewable, and its learner reminded, by the new one.
 *
 * @param rules - those that the doubt was judged by
 * @param profile - as an officer confirmed it; undefined where the person left: then nothing moves
 */
export function boundedAnew(
  approved: Application,
  { policy, group }: { readonly policy: Policy; readonly group: Group | undefined },
  profile: { readonly birthDate: string } | undefined,
): Application {
  const { ageUntil: _, monthsUntil, validUntil: before, ...rest } = approved;
  const end = monthsUntil ?? before;
  if (profile === undefined || end === undefined) return approved;
  const ageUntil = lastDayOfAge(policy, group ?? {}, profile.birthDate);
  const days = { ...cutAt(ageUntil, end), ...(ageUntil === undefined ? {} : { ageUntil }) };
  if (days.validUntil === before) return { ...rest, ...days };
  const { reminded, ...moved } = rest;
  return { ...moved, ...days, renewFrom: renewable(policy, days.validUntil) };
}

/**
 * An approval whose learner's birth date was corrected, for as long as no officer has confirmed either: its months end
 * it, and not the age of a date that may be wrong.
 */
export function withoutAge(
  policy: Policy,
  { ageUntil, monthsUntil, ...rest }: Application,
): Application {
  if (monthsUntil === undefined) return rest;
  const { reminded, ...moved } = rest;
  return { ...moved, validUntil: monthsUntil, renewFrom: renewable(policy, monthsUntil) };
}

/**
 * The day whose age counts where an approval is confirmed that an age bound does not end (`whenTooOld: finish`): the
 * one on which it began, for its learner may have grown past the bound since (edge case 4).
 */
export function admittedOn(
  region: Pick<Region, 'timeZone'>,
  { whenTooOld }: Pick<Policy, 'whenTooOld'>,
  { countsFrom, decision, earlier = [] }: Application,
): Temporal.PlainDate | undefined {
  const made = [...earlier, decision].find((one) => one?.outcome === 'approved');
  if (whenTooOld !== 'finish' || made === undefined) return undefined;
  return countsFrom === undefined
    ? dayIn(region, Temporal.Instant.from(made.decidedAt))
    : Temporal.PlainDate.from(countsFrom);
}

/** What was decided to be approved, where no place is left: its term begins when a place is taken. */
export function waitlisted(decided: Application): Application {
  const { validUntil, monthsUntil, renewFrom, reminded, lot, offerUntil, ...rest } = decided;
  const { waitingFor, graceUntil, countsFrom: _, claim, ...waits } = rest;
  return { ...waits, state: 'waitlisted' };
}
