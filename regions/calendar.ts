import { Temporal } from 'temporal-polyfill';
import type {
  AreaId,
  GroupId,
  Intake,
  MentoringPolicy,
  Partner,
  PartnerState,
  Policy,
  Provider,
  Region,
  Service,
} from './schema.ts';

/**
 * The policy of a day: the newest that has begun; before any has begun, the first to come, so that what
 * protects people (the consent age) holds before the programme starts.
 */
export function policyOn(region: Pick<Region, 'policies'>, day: Temporal.PlainDate): Policy {
  const policy = begunOn(region.policies, day);
  if (policy === undefined)
    throw new RangeError('a region has at least one policy; its schema says so');
  return policy;
}

/** Of dated rules the newest that has begun; before any has begun, the first to come. */
function begunOn<Rules extends { readonly from: string }>(
  rules: readonly Rules[],
  day: Temporal.PlainDate,
): Rules | undefined {
  const byStart = rules.toSorted((a, b) => a.from.localeCompare(b.from));
  return byStart.findLast(({ from }) => from <= day.toString()) ?? byStart[0];
}

/** The rules of mentoring on a day: the newest that have begun; undefined where none has. */
export function mentoringOn(
  { mentoring = [] }: Pick<Region, 'mentoring'>,
  day: Temporal.PlainDate,
): MentoringPolicy | undefined {
  const begun = mentoring.filter(({ from }) => from <= day.toString());
  return begun.sort((a, b) => a.from.localeCompare(b.from)).at(-1);
}

/**
 * Whether the people of an area get a service (domain.md rows 30 and 31): of a partner's area the partner says it, of
 * another the area; one that says nothing has all.
 */
export function hasService(
  region: Pick<Region, 'areas' | 'partners'>,
  areaId: AreaId,
  service: Service,
): boolean {
  const area = region.areas.find(({ id }) => id === areaId);
  const said = partnerOf(region, areaId)?.services ?? area?.services;
  return area !== undefined && (said ?? [service]).includes(service);
}

/** The partner that an area belongs to; undefined of an area that is the region's own. */
export function partnerOf(
  { partners = [] }: Pick<Region, 'partners'>,
  areaId: AreaId,
): Partner | undefined {
  return partners.find(({ areas }) => areas.includes(areaId));
}

/**
 * Where a partner stands on a day (domain.md row 28): each state from its first day on, `agreed` before all others.
 *
 * @param day - by the clock of the region
 */
export function partnerStateOn(
  { from }: Pick<Partner, 'from'>,
  day: Temporal.PlainDate,
): PartnerState {
  const today = day.toString();
  if (from.ended !== undefined && from.ended <= today) return 'ended';
  if (from.live <= today) return 'live';
  return from.recruiting <= today ? 'recruiting' : 'agreed';
}

/**
 * How many may hold an approval at a time in an area on a day: by the newest quota of its partner that has begun, before
 * any has begun by the first to come; else by the policy in force (domain.md rows 29 and 30). None where a partner's area
 * does not take applications, so that no place is given or offered there.
 *
 * @returns undefined where there is no bound
 */
export function quotaOn(
  region: Pick<Region, 'policies' | 'partners'>,
  areaId: AreaId,
  day: Temporal.PlainDate,
): number | undefined {
  const partner = partnerOf(region, areaId);
  const state = partner && partnerStateOn(partner, day);
  if (state === 'agreed' || state === 'ended') return 0;
  const quota = begunOn(partner?.quotas ?? [], day) ?? policyOn(region, day).quota;
  return quota === 'unlimited' ? undefined : (quota.areas?.[areaId] ?? quota.perArea);
}

/** Whom an intake is asked about; what is left out may be anyone's. */
export interface Whom {
  readonly areaId?: AreaId;
  readonly groupId?: GroupId;
}

/**
 * The intake that is open at a moment; it closes at, not after, its `closes` (edge case 15).
 *
 * @param whom - who applies: an intake may be for some areas or groups only
 */
export function intakeAt(
  region: Pick<Region, 'intakes' | 'timeZone'>,
  moment: Temporal.Instant,
  whom: Whom = {},
): Intake | undefined {
  const instant = (local: string) =>
    Temporal.PlainDateTime.from(local).toZonedDateTime(region.timeZone).toInstant();
  const before = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) < 0;
  return region.intakes.find(
    (intake) =>
      !before(moment, instant(intake.opens)) &&
      (intake.closes === undefined || before(moment, instant(intake.closes))) &&
      isFor(intake, whom),
  );
}

function isFor({ areas, groups }: Intake, { areaId, groupId }: Whom): boolean {
  return (
    (areas === undefined || areaId === undefined || areas.includes(areaId)) &&
    (groups === undefined || groupId === undefined || groups.includes(groupId))
  );
}

/**
 * Whole years of age on a day. Someone born on 29 February turns on 1 March in other years, as the Korean
 * Civil Act counts (articles 158 and 160; edge case 4).
 */
export function ageOn(birthDate: string, day: Temporal.PlainDate): number {
  const born = Temporal.PlainDate.from(birthDate);
  const hadBirthday = day.month > born.month || (day.month === born.month && day.day >= born.day);
  return day.year - born.year - (hadBirthday ? 0 : 1);
}

/** The first day on which someone is so many years old: what `ageOn` counts, the other way round (edge case 4). */
export function birthday(birthDate: string, age: number): Temporal.PlainDate {
  const born = Temporal.PlainDate.from(birthDate);
  const day = born.add({ years: age });
  return day.day === born.day ? day : day.add({ days: 1 });
}

/** The day that a calendar on the wall shows at a moment in the region. */
export function dayIn(
  region: Pick<Region, 'timeZone'>,
  moment: Temporal.Instant,
): Temporal.PlainDate {
  return moment.toZonedDateTimeISO(region.timeZone).toPlainDate();
}

/** A moment as rows keep it: always with milliseconds, so that texts sort as the moments do. */
export function timestamp(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'millisecond' });
}

/** Whether places at a provider can be chosen on a day: its contract runs from its first to its last day. */
export function contractRuns(
  { contract }: Pick<Provider, 'contract'>,
  day: Temporal.PlainDate,
): boolean {
  const today = day.toString();
  return contract.from <= today && (contract.until === undefined || today <= contract.until);
}
