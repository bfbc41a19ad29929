import fc from 'fast-check';
import ICAL from 'ical.js';
import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
} from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  type CalendarMessage,
  type CalendarText,
  feedOf,
  messageOf,
} from '../../functions/runtime/icalendar.ts';

/** A session as it is first agreed upon. */
const session: CalendarMessage = {
  uid: 'ses_3k9d7p2mx5t8w0qz6r4hvc1jbn@learn.seoul.example',
  sequence: 0,
  start: Temporal.Instant.from('2026-03-08T07:30:00Z'),
  minutes: 30,
  summary: '멘토링: 수학',
  description: 'The third of sixteen sessions.',
  location: 'https://meet.seoul.example/9f86d081884c7d659a2feaa0c55ad015',
  organizer: { name: '서울런', email: 'mentoring@seoul.example' },
  attendees: [
    { name: '김하늘', email: 'mentor@mail.example', role: 'mentor' },
    { name: 'Lee Byeol', email: 'learner@mail.example', role: 'learner' },
    { email: 'guardian@mail.example', role: 'guardian' },
  ],
  stamp: Temporal.Instant.from('2026-03-01T00:00:00Z'),
  status: 'confirmed',
};

/** What the other library reads: the method, and of each event its properties by name. */
function read({ text }: CalendarText) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map((event) => ({
    ...Object.fromEntries(
      event
        .getAllProperties()
        .filter(({ name }) => name !== 'attendee')
        .map((property) => [property.name, String(property.getFirstValue())]),
    ),
    organizerName: event.getFirstProperty('organizer')?.getFirstParameter('cn'),
    attendees: event
      .getAllProperties('attendee')
      .map((attendee) => [
        String(attendee.getFirstValue()).toLowerCase(),
        ...['cn', 'role', 'partstat', 'rsvp'].map((name) => attendee.getFirstParameter(name)),
      ]),
  }));
  return { method: calendar.getFirstPropertyValue('method'), events };
}

const only = (text: CalendarText) => read(text).events[0];

describe('a session that was agreed upon', () => {
  it('is an invitation with all that a calendar shows, times in UTC', () => {
    expect(read(messageOf(session))).toEqual({
      method: 'REQUEST',
      events: [
        {
          uid: session.uid,
          sequence: '0',
          dtstamp: '2026-03-01T00:00:00Z',
          dtstart: '2026-03-08T07:30:00Z',
          dtend: '2026-03-08T08:00:00Z',
          summary: '멘토링: 수학',
          description: 'The third of sixteen sessions.',
          location: 'https://meet.seoul.example/9f86d081884c7d659a2feaa0c55ad015',
          status: 'CONFIRMED',
          organizer: 'mailto:mentoring@seoul.example',
          organizerName: '서울런',
          attendees: [
            ['mailto:mentor@mail.example', '김하늘', 'CHAIR', 'NEEDS-ACTION', 'FALSE'],
            [
              'mailto:learner@mail.example',
              'Lee Byeol',
              'REQ-PARTICIPANT',
              'NEEDS-ACTION',
              'FALSE',
            ],
            ['mailto:guardian@mail.example', undefined, 'NON-PARTICIPANT', 'NEEDS-ACTION', 'FALSE'],
          ],
        },
      ],
    });
  });

  it('edge case 30: when moved is the same event, by its UID, with a higher sequence and the new time', () => {
    const moved = { ...session, sequence: 1, start: session.start.add({ hours: 24 }) };
    expect(read(messageOf(moved))).toMatchObject({
      method: 'REQUEST',
      events: [{ uid: session.uid, sequence: '1', dtstart: '2026-03-09T07:30:00Z' }],
    });
  });

  it('when cancelled is taken out of the calendar, and says so to all who were asked', () => {
    const cancelled = { ...session, sequence: 2, status: 'cancelled' as const };
    const { method, events } = read(messageOf(cancelled));
    expect(method).toBe('CANCEL');
    expect(events).toMatchObject([{ uid: session.uid, sequence: '2', status: 'CANCELLED' }]);
    expect(events[0]?.attendees).toHaveLength(3);
  });

  it('names the method in the type that its mail needs too', () => {
    const types = (['confirmed', 'cancelled'] as const).map(
      (status) => messageOf({ ...session, status }).contentType,
    );
    expect(types).toEqual([
      'text/calendar; charset=utf-8; method=REQUEST',
      'text/calendar; charset=utf-8; method=CANCEL',
    ]);
  });

  it('has no place where none is known', () => {
    const { location: _, ...anywhere } = session;
    expect(only(messageOf(anywhere))).not.toHaveProperty('location');
  });
});

describe('a feed', () => {
  const second = { ...session, uid: 'second@learn.seoul.example', status: 'cancelled' as const };

  it('has every session as an event of its own, cancelled ones too, and names no attendee', () => {
    const { method, events } = read(feedOf('나의 멘토링', [session, second]));
    expect(method).toBe('PUBLISH');
    expect(events).toMatchObject([
      { uid: session.uid, status: 'CONFIRMED', attendees: [] },
      { uid: second.uid, status: 'CANCELLED', attendees: [] },
    ]);
  });

  it('has a title, is asked for again each hour, and may be empty', () => {
    const { text } = feedOf('나의 멘토링', []);
    const calendar = new ICAL.Component(ICAL.parse(text));
    expect(calendar.getFirstPropertyValue('x-wr-calname')).toBe('나의 멘토링');
    expect(String(calendar.getFirstPropertyValue('refresh-interval'))).toBe('PT1H');
    expect(calendar.getAllSubcomponents('vevent')).toEqual([]);
  });
});

describe('words of people', () => {
  it('arrive in a title too, its separators escaped', () => {
    const { text } = feedOf('Seoul, the "city"; x', []);
    expect(text).toContain('\r\nX-WR-CALNAME:Seoul\\, the "city"\\; x\r\n');
  });

  it.each([
    ['separators', 'a, b; c: d \\ e "f" ^g', 'a, b; c: d \\ e "f" ^g'],
    ['line breaks of every kind', 'one\ntwo\r\nthree\rfour', 'one\ntwo\nthree\nfour'],
    ['what looks like an escape', 'C:\\new\\, \\n', 'C:\\new\\, \\n'],
    ['what looks like the end', 'x\r\nEND:VEVENT\r\nBEGIN:VEVENT', 'x\nEND:VEVENT\nBEGIN:VEVENT'],
    [
      'long Hangul, in lines of 75 octets',
      '멘토링과 함께 '.repeat(40),
      '멘토링과 함께 '.repeat(40),
    ],
    ['characters of four octets', `a${'👩🏽‍🏫'.repeat(50)}`, `a${'👩🏽‍🏫'.repeat(50)}`],
    ['without controls, which no calendar may hold', 'a\u0000b\u0007c\u007f\td', 'abc\td'],
    ['without half a character, which is no UTF-8', 'a\ud83d', 'a\ufffd'],
  ])('arrive as they are: %s', (_what, words, arrived) => {
    const message = messageOf({ ...session, summary: words, description: words, location: words });
    const told = { summary: arrived, description: arrived, location: arrived };
    expect(only(message)).toMatchObject(told);
    expectWellFormed(message);
  });

  it.each([
    ['separators and quotation marks', 'Kim, "Sky"; M.A.: ^x', 'Kim, "Sky"; M.A.: ^x'],
    ['a line break and a control', 'Kim\r\nATTENDEE:x\u0007', 'Kim\nATTENDEE:x'],
    ['40 syllables', '하늘'.repeat(20), '하늘'.repeat(20)],
  ])('arrive as names too: %s', (_what, name, arrived) => {
    const attendees = [{ name, email: 'learner@mail.example', role: 'learner' }] as const;
    const organizer = { ...session.organizer, name };
    const message = messageOf({ ...session, organizer, attendees });
    expect(only(message)?.organizerName).toBe(arrived);
    expect(only(message)?.attendees[0]?.[1]).toBe(arrived);
    expectWellFormed(message);
  });

  it.each(['a@b.example\r\nATTENDEE:mailto:c@d.example', 'a@b.example,c@d.example'])(
    'cannot come as an address: %j',
    (email) => {
      const attendees = [{ email, role: 'learner' }] as const;
      expect(() => messageOf({ ...session, attendees })).toThrow(RangeError);
      expect(() => messageOf({ ...session, organizer: { name: 'x', email } })).toThrow(RangeError);
    },
  );

  /** Lines end in CRLF, the last one too, have 75 octets at most, and no character is cut (RFC 5545, 3.1). */
  function expectWellFormed({ text }: CalendarText): void {
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    for (const line of text.split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(line.isWellFormed()).toBe(true);
    }
  }
});

describe('given any words, when a calendar is written', () => {
  // Without what is taken out of words before they are written, and half characters.
  const words = fc.stringMatching(/^[\x20-\x7e\n\u00a1-\ud7ff\u{1f300}-\u{1faff}]{0,90}$/u);
  const name = words.filter((text) => text !== '');
  // ical-generator writes a title as it comes, though separators in it are to be escaped (RFC 7986, 5.1).
  const titles = words.map((text) => text.replace(/[\\;,\n]/g, ''));
  const sessions = fc.record({
    uid: fc.constantFrom('ses_1@ladder.example', 'apt_22@ladder.example'),
    sequence: fc.nat({ max: 99 }),
    minutes: fc.integer({ min: 15, max: 240 }),
    start: fc.date({
      min: new Date('2020-01-01'),
      max: new Date('2100-01-01'),
      noInvalidDate: true,
    }),
    summary: words,
    description: words,
    location: words,
    organizer: name,
  });

  type Session = typeof sessions extends fc.Arbitrary<infer S> ? S : never;

  /** The event as another library takes it. */
  const theirs = ({ start, minutes, uid, organizer, ...said }: Session) => ({
    ...said,
    id: uid,
    start,
    end: new Date(start.getTime() + minutes * 60_000),
    stamp: start,
    status: ICalEventStatus.CONFIRMED,
    organizer: { name: organizer, email: 'mentoring@village.example' },
  });
  const ours = ({ start, organizer, ...said }: Session) => {
    const moment = Temporal.Instant.fromEpochMilliseconds(start.getTime());
    return {
      ...said,
      start: moment,
      stamp: moment,
      status: 'confirmed' as const,
      organizer: { name: organizer, email: 'mentoring@village.example' },
    };
  };
  const prodId = { company: 'Ladder', product: 'Ladder', language: 'EN' };

  it('then a feed is what ical-generator writes, to the letter', () => {
    fc.assert(
      fc.property(titles, fc.array(sessions, { maxLength: 3 }), (title, some) => {
        const method = ICalCalendarMethod.PUBLISH;
        const peer = ical({ prodId, method, name: title, ttl: 3_600 });
        for (const session of some) peer.createEvent(theirs(session));
        expect(feedOf(title, some.map(ours)).text).toBe(`${peer.toString()}\r\n`);
      }),
    );
  });

  it('then an invitation is', () => {
    fc.assert(
      fc.property(name, sessions, (called, session) => {
        const peer = ical({ prodId, method: ICalCalendarMethod.REQUEST });
        const comes = { status: ICalAttendeeStatus.NEEDSACTION, rsvp: false };
        const learner = { name: called, email: 'learner@mail.example' };
        const guardian = { email: 'guardian@mail.example' };
        const attendees = [
          { ...comes, ...learner, role: ICalAttendeeRole.REQ },
          { ...comes, ...guardian, role: ICalAttendeeRole.NON },
        ];
        peer.createEvent({ ...theirs(session), attendees });
        const invited = messageOf({
          ...ours(session),
          attendees: [
            { ...learner, role: 'learner' },
            { ...guardian, role: 'guardian' },
          ],
        });
        expect(invited.text).toBe(`${peer.toString()}\r\n`);
      }),
    );
  });
});
