import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  type ICalEventData,
  ICalEventStatus,
} from 'ical-generator';
import type { Moment } from './clock.ts';

/** A session as calendars show it. */
export interface CalendarSession {
  /** The same for the session's whole life, unlike any other's in the world. */
  readonly uid: string;
  /** Rises with each change of the session, its cancellation included. */
  readonly sequence: number;
  readonly start: Moment;
  readonly minutes: number;
  readonly summary: string;
  readonly description: string;
  /** The address of the room online, or the venue. */
  readonly location?: string;
  /** The programme, and never the mentor, so that no private address is passed on. */
  readonly organizer: { readonly name: string; readonly email: string };
  /** When this was said: of two with one sequence the later counts. */
  readonly stamp: Moment;
  readonly status: keyof typeof statuses;
}

/** A session as it is mailed. Whoever gets the mail sees every address in it, so it names those who may be seen. */
export interface CalendarMessage extends CalendarSession {
  readonly attendees: readonly [Attendee, ...Attendee[]];
}

/** Someone who takes part, or, as a guardian, is told. */
export interface Attendee {
  readonly name?: string;
  readonly email: string;
  readonly role: keyof typeof roles;
}

/** A calendar as text, and the type to send it as; a mail's part needs the method there too (RFC 6047, 2.4). */
export interface CalendarText {
  readonly contentType: string;
  readonly text: string;
}

const statuses = {
  confirmed: { status: ICalEventStatus.CONFIRMED, method: ICalCalendarMethod.REQUEST },
  // Of a feed: whether it takes place is open.
  held: { status: ICalEventStatus.TENTATIVE, method: ICalCalendarMethod.REQUEST },
  cancelled: { status: ICalEventStatus.CANCELLED, method: ICalCalendarMethod.CANCEL },
} as const;

const roles = {
  mentor: ICalAttendeeRole.CHAIR,
  consultant: ICalAttendeeRole.CHAIR,
  learner: ICalAttendeeRole.REQ,
  guardian: ICalAttendeeRole.NON,
} as const;

/** Seconds after which a calendar that follows a feed should look again. */
const feedSeconds = 3_600;

/**
 * The invitation to a session, its update, or, once it is cancelled, the cancellation (RFC 5546, 3.2.2 and 3.2.5). A
 * calendar takes an update for one by the UID, and the one with the highest sequence for the valid one (edge case 30).
 *
 * A session is an event of its own, not an instance of a recurrence, since each is moved, held and cancelled
 * by itself. Its times are in UTC, so no time zone is described; a calendar shows them in its reader's zone. No
 * answer is asked for: people accept and cancel here, and nobody reads a mailbox for replies.
 */
export function messageOf(session: CalendarMessage): CalendarText {
  const { method } = statuses[session.status];
  const calendar = ical({ prodId, method });
  calendar.createEvent({
    ...eventOf(session),
    attendees: session.attendees.map(({ name, email, role }) => ({
      ...(name === undefined ? {} : { name: clean(name) }),
      email: addressOf(email),
      role: roles[role],
      status: ICalAttendeeStatus.NEEDSACTION,
      rsvp: false,
    })),
  });
  return textOf(calendar.toString(), method);
}

/**
 * All sessions of one person for a calendar that follows them. No attendees are named: a published calendar must not
 * have any (RFC 5546, 3.2.1).
 *
 * @param title - what the calendar is called in the list of the reader's calendars
 */
export function feedOf(title: string, sessions: readonly CalendarSession[]): CalendarText {
  const method = ICalCalendarMethod.PUBLISH;
  const calendar = ical({ prodId, method, name: clean(title), ttl: feedSeconds });
  for (const session of sessions) calendar.createEvent(eventOf(session));
  return textOf(calendar.toString(), method);
}

const prodId = { company: 'Ladder', product: 'Ladder', language: 'EN' };

function eventOf(session: CalendarSession): ICalEventData {
  const { uid, sequence, start, minutes, summary, description, location, organizer } = session;
  return {
    id: clean(uid),
    sequence,
    stamp: dateOf(session.stamp),
    start: dateOf(start),
    end: dateOf(start.add({ minutes })),
    summary: clean(summary),
    description: clean(description),
    ...(location === undefined ? {} : { location: clean(location) }),
    organizer: { name: clean(organizer.name), email: addressOf(organizer.email) },
    status: statuses[session.status].status,
  };
}

function textOf(text: string, method: ICalCalendarMethod): CalendarText {
  // The library leaves out the end of the last line, which the grammar wants (RFC 5545, 3.1).
  return { contentType: `text/calendar; charset=utf-8; method=${method}`, text: `${text}\r\n` };
}

/** What a calendar can hold: controls except tab and line feed are no text (RFC 5545, 3.3.11), half characters no UTF-8. */
function clean(words: string): string {
  return words
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Cc}/gu, (control) => (control === '\n' || control === '\t' ? control : ''))
    .toWellFormed();
}

/** @throws {RangeError} it has what would end the line or the address: no mailbox has */
function addressOf(email: string): string {
  if (/[\s\p{Cc},;:"<>]/u.test(email)) throw new RangeError('not the address of a mailbox');
  return email;
}

const dateOf = (moment: Moment) => new Date(moment.epochMilliseconds);
