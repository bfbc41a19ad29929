import { Temporal } from 'temporal-polyfill';
import type {
  AreaId,
  GroupId,
  Intake,
  MentoringPolicy,
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
  const byStart = [...region.policies].sort((a, b) => a.from.localeCompare(b.from));
  const begun = byStart.filter((policy) => policy.from <= day.toString());
  const policy = begun.at(-1) ?? byStart[0];
  if (policy === undefined)
    throw new RangeError('a region has at least one policy; its schema says so');
  return policy;
}

/** The rules of mentoring on a day: the newest that have begun; undefined where none has. */
export function mentoringOn(
  { mentoring = [] }: Pick<Region, 'mentoring'>,
  day: Temporal.PlainDate,
): MentoringPolicy | undefined {
  const begun = mentoring.filter(({ from }) => from <= day.toString());
  return begun.sort((a, b) => a.from.localeCompare(b.from)).at(-1);
}

/** Whether the people of an area get a service (domain.md rows 30 and 31). */
export function hasService(
  { areas }: Pick<Region, 'areas'>,
  areaId: AreaId,
  service: Service,
): boolean {
  const area = areas.find(({ id }) => id === areaId);
  return area !== undefined && (area.services ?? [service]).includes(service);
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
