import type { CalendarEvent } from '../../regions/notices.ts';
import type { Message, Reader, WrittenEvent } from './contract.ts';

/** What stands in calendars, in one language. */
export interface CalendarWords {
  readonly session: string;
  readonly appointment: string;
  readonly online: string;
  readonly offline: string;
}

const roles = {
  self: 'learner',
  guardian: 'guardian',
  mentor: 'mentor',
  // Nobody without a login has sessions; should one be told of them, it is as somebody who may know.
  address: 'guardian',
} as const satisfies Record<Reader['why'], WrittenEvent['role']>;

/** Of appointments with consultants; all others are of sessions. */
const ofAppointments: readonly Message['kind'][] = ['appointment-booked', 'appointment-cancelled'];

/**
 * The sessions of a notice as the reader's calendar shows them: what it is and where, and nothing of the other side.
 *
 * @param organizer - the region's name in that language
 */
export function eventsOf(
  message: Message,
  words: CalendarWords,
  organizer: string,
  { why }: Pick<Reader, 'why'>,
): readonly WrittenEvent[] {
  const events: readonly CalendarEvent[] = ('events' in message && message.events) || [];
  const said = (text: string) => text.replaceAll('{{region}}', organizer);
  return events.map(({ venue, cancelled, ...event }) => {
    return {
      ...event,
      summary: said(ofAppointments.includes(message.kind) ? words.appointment : words.session),
      description: said(venue === undefined ? words.online : words.offline),
      ...(venue === undefined ? {} : { location: venue }),
      organizer,
      role: roles[why],
      status: cancelled ? 'cancelled' : 'confirmed',
    };
  });
}
