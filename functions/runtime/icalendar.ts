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

type Method = 'REQUEST' | 'CANCEL' | 'PUBLISH';

const statuses = {
  confirmed: { status: 'CONFIRMED', method: 'REQUEST' },
  // Of a feed: whether it takes place is open.
  held: { status: 'TENTATIVE', method: 'REQUEST' },
  cancelled: { status: 'CANCELLED', method: 'CANCEL' },
} as const;

const roles = {
  mentor: 'CHAIR',
  consultant: 'CHAIR',
  learner: 'REQ-PARTICIPANT',
  guardian: 'NON-PARTICIPANT',
} as const;

/** After which a calendar that follows a feed should look again. */
const feedEvery = 'PT1H';

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
  return calendar(method, [], [eventOf(session, session.attendees)]);
}

/**
 * All sessions of one person for a calendar that follows them. No attendees are named: a published calendar must not
 * have any (RFC 5546, 3.2.1).
 *
 * @param title - what the calendar is called in the list of the reader's calendars
 */
export function feedOf(title: string, sessions: readonly CalendarSession[]): CalendarText {
  const name = textOf(title);
  const called = name === '' ? [] : [`NAME:${name}`, `X-WR-CALNAME:${name}`];
  const again = [`REFRESH-INTERVAL;VALUE=DURATION:${feedEvery}`, `X-PUBLISHED-TTL:${feedEvery}`];
  const events = sessions.map((session) => eventOf(session, []));
  return calendar('PUBLISH', [...called, ...again], events);
}

/** A calendar of lines that end in CRLF, the last one too (RFC 5545, 3.1 and 3.6). */
function calendar(
  method: Method,
  properties: readonly string[],
  events: readonly (readonly string[])[],
): CalendarText {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Ladder//Ladder//EN',
    `METHOD:${method}`,
    ...properties,
    ...events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']),
    'END:VCALENDAR',
  ];
  const text = lines.map((line) => `${folded(line)}\r\n`).join('');
  return { contentType: `text/calendar; charset=utf-8; method=${method}`, text };
}

function eventOf(session: CalendarSession, attendees: readonly Attendee[]): readonly string[] {
  const { uid, sequence, start, minutes, summary, description, location, organizer } = session;
  return [
    `UID:${textOf(uid)}`,
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${utc(session.stamp)}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(start.add({ minutes }))}`,
    `SUMMARY:${textOf(summary)}`,
    ...(location ? [`LOCATION:${textOf(location)}`] : []),
    `DESCRIPTION:${textOf(description)}`,
    `ORGANIZER${named(organizer.name)}:mailto:${addressOf(organizer.email)}`,
    ...attendees.map(attendeeOf),
    `STATUS:${statuses[session.status].status}`,
  ];
}

function attendeeOf({ name, email, role }: Attendee): string {
  const parameters = `ROLE=${roles[role]};PARTSTAT=NEEDS-ACTION;RSVP=FALSE`;
  return `ATTENDEE;${parameters}${name === undefined ? '' : named(name)}:MAILTO:${addressOf(email)}`;
}

/** A name as a parameter: in quotation marks, with its own and line breaks written by a circumflex (RFC 6868, 3.1). */
function named(name: string): string {
  const escaped = clean(name).replaceAll('^', '^^').replaceAll('"', "^'").replaceAll('\n', '^n');
  return `;CN="${escaped}"`;
}

/** Words as a property's value (RFC 5545, 3.3.11). */
function textOf(words: string): string {
  return clean(words)
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** A line as lines of 75 octets at most, none of which ends within a character (RFC 5545, 3.1). */
function folded(line: string): string {
  let text = '';
  let octets = 0;
  for (const character of line) {
    const more = Buffer.byteLength(character);
    // The space that begins a line which goes on is one of its octets.
    if (octets + more > 74) {
      text += '\r\n ';
      octets = 0;
    }
    text += character;
    octets += more;
  }
  return text;
}

/** A moment as calendars write one in UTC (RFC 5545, 3.3.5), to the second. */
function utc(moment: Moment): string {
  return new Date(moment.epochMilliseconds).toISOString().replace(/[-:]|\.\d+/g, '');
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
