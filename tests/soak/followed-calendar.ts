import ICAL from 'ical.js';
import type { ReceivedMail } from '../../local/control/contract.ts';

/** A session as it stands in somebody's calendar. */
export interface Entry {
  readonly uid: string;
  readonly sequence: number;
  /** RFC 9557, such as "2026-03-02T21:00:00Z". */
  readonly start: string;
}

/**
 * The calendar of somebody who opens every file of their mails with it, the oldest mail first, as RFC 5546 wants it: a
 * REQUEST adds an entry or, with a higher SEQUENCE, changes it; a CANCEL with a higher one takes it away.
 *
 * @param mails - all to one address, the newest first
 * @returns its entries, the first to begin first
 * @throws {Error} a message that a calendar could not follow
 */
export function calendarOf(mails: readonly ReceivedMail[]): readonly Entry[] {
  const entries = new Map<string, Entry>();
  const newest = new Map<string, number>();
  for (const { to, files } of mails.toReversed()) {
    for (const { type, content } of files) {
      const { method, entry, attendee, status } = read(Buffer.from(content, 'base64').toString());
      if (!type.includes(`method=${method}`)) throw new Error(`${type} holds a ${method}`);
      if (attendee !== `mailto:${to}`) throw new Error(`${attendee} in a mail to ${to}`);
      const before = newest.get(entry.uid) ?? -1;
      if (entry.sequence <= before) throw new Error(`SEQUENCE ${entry.sequence} after ${before}`);
      newest.set(entry.uid, entry.sequence);
      follow(entries, method, status, entry);
    }
  }
  return [...entries.values()].sort((one, other) => (one.start < other.start ? -1 : 1));
}

function follow(entries: Map<string, Entry>, method: string, status: string, entry: Entry): void {
  if (method === 'REQUEST' && status === 'CONFIRMED') {
    entries.set(entry.uid, entry);
    return;
  }
  const known = method === 'CANCEL' && status === 'CANCELLED' && entries.delete(entry.uid);
  if (!known) throw new Error(`a ${method} of what is ${status}, or was never in the calendar`);
}

/** The calendar at an address that somebody follows: entries by their status. */
export function feedOf(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents('vevent').map((event) => ({
    ...entryOf(event),
    status: textOf(event, 'status'),
  }));
}

function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const [event, ...more] = calendar.getAllSubcomponents('vevent');
  if (event === undefined || more.length > 0) throw new Error('not one event, as RFC 5546 wants');
  return {
    method: textOf(calendar, 'method'),
    status: textOf(event, 'status'),
    attendee: textOf(event, 'attendee').toLowerCase(),
    entry: entryOf(event),
  };
}

function entryOf(event: ICAL.Component): Entry {
  return {
    uid: textOf(event, 'uid'),
    sequence: Number(textOf(event, 'sequence')),
    start: textOf(event, 'dtstart'),
  };
}

const textOf = (component: ICAL.Component, name: string): string =>
  String(component.getFirstPropertyValue(name));
