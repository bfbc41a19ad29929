import { Temporal } from 'temporal-polyfill';
import type { Region } from '../../regions/schema.ts';
import type { Appointment } from './appointment.contract.ts';
import { eventOfAppointment } from './appointment.rules.ts';
import type { Interval } from './availability.rules.ts';
import { eventOf } from './invitation.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { isHeld } from './mentorship.rules.ts';
import type { Session } from './session.contract.ts';

/** What stands in calendars, in one language. */
export interface CalendarWords {
  readonly title: string;
  readonly session: string;
  readonly appointment: string;
  readonly online: string;
  readonly offline: string;
}

/** The days of whose sessions a calendar is told. */
export function calendarSpan(now: Temporal.Instant): Interval {
  const day = (days: number) => now.add({ hours: 24 * days });
  return { from: day(-60), until: day(400) };
}

/** What takes somebody's time: a session of a mentorship, or an appointment. */
export type Placed =
  | { readonly kind: 'session'; readonly session: Session; readonly mentorship: Mentorship }
  | { readonly kind: 'appointment'; readonly appointment: Appointment };

/**
 * Sessions and appointments as a followed calendar shows them, the first to begin first: when, where, and nothing of
 * anybody. One that is held is tentative (RFC 5545, 3.8.1.11): it takes place if the mentorship goes on in time.
 *
 * @param organizer - the region's name in the language of the words
 */
export function calendarOf(
  region: Pick<Region, 'id' | 'deployment'>,
  words: CalendarWords,
  placed: readonly Placed[],
  organizer: string,
  now: Temporal.Instant,
) {
  const { mail, firstAdministrator } = region.deployment;
  const email = mail.via === 'ses' ? mail.from : firstAdministrator;
  return placed
    .map((one) => {
      const { venue, start, cancelled, ...event } =
        one.kind === 'session' ? eventOf(one.session) : eventOfAppointment(region, one.appointment);
      return {
        ...event,
        ...{ stamp: now, start: Temporal.Instant.from(start), summary: words[one.kind] },
        description: venue === undefined ? words.online : words.offline,
        ...(venue === undefined ? {} : { location: venue }),
        organizer: { name: organizer, email },
        status: cancelled ? ('cancelled' as const) : statusOf(one),
      };
    })
    .sort((a, b) => Temporal.Instant.compare(a.start, b.start));
}

function statusOf(placed: Placed): 'held' | 'confirmed' {
  const held = placed.kind === 'session' && isHeld(placed.mentorship, placed.session);
  return held ? 'held' : 'confirmed';
}
