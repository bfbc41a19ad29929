import { Temporal } from 'temporal-polyfill';
import { dayIn, hasService, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { AreaId, MentoringPolicy, Region } from '../../regions/schema.ts';
import type { StaffId } from '../identity/contract.ts';
import { partnerRefuses } from '../identity/partner.rules.ts';
import { unknownLanguage } from '../identity/rules.ts';
import type { Interval } from './availability.rules.ts';
import type { Consultant, ConsultantEntry, ConsultantInput } from './consulting.contract.ts';
import { endOf, type Refused } from './mentorship.rules.ts';

/** Today's rules, where they have consulting. */
export function consultingOn(
  region: Pick<Region, 'mentoring' | 'timeZone'>,
  now: Temporal.Instant,
): (MentoringPolicy & Required<Pick<MentoringPolicy, 'consulting'>>) | undefined {
  const policy = mentoringOn(region, dayIn(region, now));
  if (policy?.consulting === undefined) return undefined;
  return { ...policy, consulting: policy.consulting };
}

/** The rules of consulting for the people of an area (domain.md row 31: each partner has its own services). */
export function consultingFor(region: Region, areaId: AreaId, now: Temporal.Instant) {
  const policy = consultingOn(region, now);
  const partner = partnerRefuses(region, areaId, now, 'live');
  if (partner !== undefined) return { because: 'rule', ...partner } as const;
  if (policy !== undefined && hasService(region, areaId, 'consulting')) return policy;
  const detail = 'Your area has no consulting. GET /config tells what it has.';
  return { because: 'rule', code: 'service-not-offered', detail } as const;
}

/** What a consultant offers from now on. */
export function offerConsulting(
  region: Region,
  staffId: StaffId,
  input: ConsultantInput,
  seen: Consultant | undefined,
  now: Temporal.Instant,
): Consultant | Refused {
  if (consultingOn(region, now) === undefined) {
    const detail = 'This region has no consulting. Its file says so, or its rules have not begun.';
    return { because: 'rule', code: 'no-consulting', detail };
  }
  for (const language of input.languages) {
    const wrong = unknownLanguage(region, language);
    if (wrong !== undefined) {
      return { because: 'rule', code: 'unknown-language', detail: wrong.detail };
    }
  }
  if (input.ways.includes('offline') && input.venue === undefined) {
    const detail = 'Appointments offline need a place to come to: send "venue".';
    return { because: 'rule', code: 'venue-required', detail };
  }
  const since = seen?.open === input.open ? seen.since : timestamp(now);
  return { ...input, staffId, since };
}

/** What learners see of a consultant. */
export function entryOf({
  staffId,
  name,
  topics,
  languages,
  ways,
  venue,
}: Consultant): ConsultantEntry {
  return { staffId, name, topics, languages, ways, ...(venue && { venue }) };
}

/** The days that a learner asks about, from now on; undefined where all of them have passed. */
export function askedSpan(
  region: Pick<Region, 'timeZone'>,
  asked: Readonly<{ from: string; until?: string | undefined }>,
  now: Temporal.Instant,
): Interval | undefined {
  const day = Temporal.PlainDate.from(asked.from);
  const last = day.add({ days: 30 }).toString();
  const wanted = asked.until ?? day.add({ days: 13 }).toString();
  const until = endOf(region, wanted < last ? wanted : last);
  const begins = day.toZonedDateTime(region.timeZone).toInstant();
  const from = Temporal.Instant.compare(begins, now) > 0 ? begins : now;
  return Temporal.Instant.compare(from, until) < 0 ? { from, until } : undefined;
}
