import { Temporal } from 'temporal-polyfill';
import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { Message } from '../../regions/notices.ts';
import type { Region } from '../../regions/schema.ts';
import type { Mentor } from './mentor.contract.ts';

type Calendar = Pick<Region, 'mentoring' | 'timeZone'>;

/** What was done about a background check so far. */
export interface CheckDone {
  readonly checkReminded: boolean;
  readonly checkHeld: boolean;
}

/** How a mentor's background check stands; `none`: none was shown, where the policy asks for none. */
export type CheckState = 'none' | 'valid' | 'expired';

/** How a mentor's background check stands on a day of the region; its last day counts (edge case 34). */
export function checkStateOn(
  { checkUntil }: Pick<Mentor, 'checkUntil'>,
  day: Temporal.PlainDate,
): CheckState {
  if (checkUntil === undefined) return 'none';
  return day.toString() <= checkUntil ? 'valid' : 'expired';
}

/** What time asks for about a mentor. `hold` and `resume` come before the row is kept: their mentorships first. */
export interface MentorLook<Kept extends CheckDone> {
  readonly kind: 'nothing' | 'remind' | 'hold' | 'resume';
  /** What becomes of the row once that is done. */
  readonly kept: Kept;
  /** When it is looked at next. */
  readonly due: string | undefined;
  readonly notice: Message | undefined;
}

/**
 * What is to be done about a mentor's background check (edge case 34): reminded of some days before its end; their
 * mentorships held (`paused`, because `check-expired`) from the day after; gone on with once it is renewed. The same at
 * whatever moment after that it is asked, so a look that came late or twice does no harm.
 */
export function lookAtMentor<Kept extends CheckDone>(
  region: Calendar,
  { mentor, kept }: { readonly mentor: Mentor; readonly kept: Kept },
  now: Temporal.Instant,
): MentorLook<Kept> {
  const kind = kindOf(region, mentor, kept, now);
  const next = done(kept, kind);
  return {
    kind,
    kept: next,
    due: mentorDue(region, mentor, next, now),
    notice: told(mentor, kind),
  };
}

/** When a mentor has to be looked at next: undefined of whom nothing is to come. */
export function mentorDue(
  region: Calendar,
  mentor: Mentor,
  kept: CheckDone,
  now: Temporal.Instant,
): string | undefined {
  if (kindOf(region, mentor, kept, now) !== 'nothing') return timestamp(now);
  const { checkUntil } = mentor;
  if (checkUntil === undefined || kept.checkHeld || !isThere(mentor)) return undefined;
  const ends = Temporal.PlainDate.from(checkUntil).add({ days: 1 });
  const next = kept.checkReminded ? ends : (reminderDay(region, checkUntil, now) ?? ends);
  return timestamp(next.toZonedDateTime(region.timeZone).toInstant());
}

function kindOf(
  region: Calendar,
  mentor: Mentor,
  { checkReminded, checkHeld }: CheckDone,
  now: Temporal.Instant,
): MentorLook<CheckDone>['kind'] {
  if (!isThere(mentor)) return 'nothing';
  const day = dayIn(region, now);
  const expired = checkStateOn(mentor, day) === 'expired';
  if (expired !== checkHeld) return expired ? 'hold' : 'resume';
  if (expired || checkReminded || mentor.checkUntil === undefined) return 'nothing';
  const reminder = reminderDay(region, mentor.checkUntil, now);
  const reached = reminder !== undefined && Temporal.PlainDate.compare(reminder, day) <= 0;
  return reached ? 'remind' : 'nothing';
}

function done<Kept extends CheckDone>(kept: Kept, kind: MentorLook<Kept>['kind']): Kept {
  switch (kind) {
    case 'nothing':
      return kept;
    case 'remind':
      return { ...kept, checkReminded: true };
    case 'hold':
      return { ...kept, checkHeld: true };
    case 'resume':
      return { ...kept, checkHeld: false };
  }
}

function told(
  { mentorId, checkUntil }: Mentor,
  kind: MentorLook<CheckDone>['kind'],
): Message | undefined {
  const to = { kind: 'mentor', mentorId } as const;
  if (kind === 'hold') return { kind: 'mentor-check-expired', to, facts: {} };
  if (kind !== 'remind' || checkUntil === undefined) return undefined;
  return { kind: 'mentor-check-ending', to, facts: { until: checkUntil } };
}

function reminderDay(region: Calendar, checkUntil: string, now: Temporal.Instant) {
  const days = mentoringOn(region, dayIn(region, now))?.deadlines.checkReminder;
  return days === undefined ? undefined : Temporal.PlainDate.from(checkUntil).subtract({ days });
}

const isThere = ({ state }: Mentor) => state === 'selected' || state === 'suspended';
