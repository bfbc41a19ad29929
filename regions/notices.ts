/**
 * What the platform writes to people: each kind of notice with the facts that it names. The compiler and
 * `sendNotice` hold capabilities to it, and the texts of each language are checked against it.
 */
import * as z from 'zod';
import { GroupId, Language, ProviderId } from './schema.ts';

/** A learner and the guardians who act for them: looked up when the notice is mailed. */
const Learner = z.strictObject({ kind: z.literal('learner'), learnerId: z.string().min(1) });

/** Someone who is no learner or guardian yet; the address is kept until the notice is mailed and no longer. */
const Address = z.strictObject({
  kind: z.literal('address'),
  email: z.email().max(254),
  language: Language,
});

/** A mentor: looked up when the notice is mailed. */
const Mentor = z.strictObject({ kind: z.literal('mentor'), mentorId: z.string().min(1) });

/** Who reads a notice. */
export const Recipient = z.discriminatedUnion('kind', [Learner, Mentor, Address]);
export type Recipient = z.output<typeof Recipient>;

/** A day of the region's calendar; the text shows it as the reader's language writes days. */
const Day = z.iso.date();
/** A moment; the text shows it in the reader's language and time zone, with the day of the week. */
const Moment = z.iso.datetime();
/** Carries a token: whoever opens it acts with it, so it goes to the one address that it was made for. */
const Link = z.url({ protocol: /^https?$/ }).max(1000);

/** What a notice may name: no one's personal data. */
type Fact = typeof Day | typeof Moment | typeof Link | typeof GroupId | typeof ProviderId;
type Facts = Readonly<Record<string, Fact>>;

function toLearner<const Kind extends string, const Named extends Facts>(kind: Kind, facts: Named) {
  return z.strictObject({ kind: z.literal(kind), to: Learner, facts: z.strictObject(facts) });
}

function toMentor<const Kind extends string, const Named extends Facts>(kind: Kind, facts: Named) {
  return z.strictObject({ kind: z.literal(kind), to: Mentor, facts: z.strictObject(facts) });
}

/** To one side of a mentorship. */
function toEither<const Kind extends string, const Named extends Facts>(kind: Kind, facts: Named) {
  const to = z.discriminatedUnion('kind', [Learner, Mentor]);
  return z.strictObject({ kind: z.literal(kind), to, facts: z.strictObject(facts) });
}

/**
 * A session or an appointment as the reader's calendar has it (RFC 5545, 3.6.1). It names no room: the link to one is personal and opens for
 * an hour only, so whoever wants to join signs in.
 */
export const CalendarEvent = z.strictObject({
  /** The same for its whole life. */
  uid: z.string().min(1).max(100),
  /** Rises with each change. */
  sequence: z.int().min(0),
  start: Moment,
  minutes: z.int().min(1),
  /** Where both meet; absent: online. */
  venue: z.string().min(1).max(200).optional(),
  cancelled: z.boolean(),
});
export type CalendarEvent = z.output<typeof CalendarEvent>;

/** Sessions in one notice: no more can be booked at a time. */
const CalendarEvents = z.array(CalendarEvent).max(16);

/** To one side of a mentorship, with the sessions for its calendar. */
function toCalendars<const Kind extends string, const Named extends Facts>(
  kind: Kind,
  facts: Named,
) {
  return toEither(kind, facts).extend({ events: CalendarEvents.min(1) });
}

function toAddress<const Kind extends string, const Named extends Facts>(kind: Kind, facts: Named) {
  return z.strictObject({ kind: z.literal(kind), to: Address, facts: z.strictObject(facts) });
}

/**
 * Every kind of notice, to whom it goes, and the facts that it names. The first that is sent or read makes the schemas:
 * they are half of all that most functions have, and most requests tell nobody anything.
 */
export const Message = z.lazy(() =>
  z.discriminatedUnion('kind', [
    toLearner('application-received', { group: GroupId }),
    // Until when the papers have to be there.
    toLearner('evidence-needed', { until: Day }),
    // The last day of the approval.
    toLearner('application-approved', { until: Day }),
    // The last day for an appeal.
    toLearner('application-rejected', { until: Day }),
    toLearner('waitlisted', {}),
    // The last day on which the place is held.
    toLearner('place-offered', { until: Day }),
    toLearner('offer-lapsed', {}),
    // The last day of the approval.
    toLearner('approval-expiring', { until: Day }),
    toLearner('approval-ended', {}),
    toLearner('approval-suspended', {}),
    // The last day of grace.
    toLearner('paper-expired', { until: Day }),
    toAddress('consent-asked', { link: Link, until: Day }),
    // The guardian's own copy: with the link by which the consent is withdrawn, and the one to act with a login.
    toAddress('consent-confirmed', { link: Link, join: Link }),
    // To the child, of whom nothing but the address is known until then.
    toAddress('consent-granted', {}),
    toAddress('consent-refused', {}),
    toAddress('consent-lapsed', {}),
    toLearner('consent-withdrawn', {}),
    // The last day before the reminder.
    toLearner('own-consent-needed', { until: Day }),
    // The last day on which a guardian's consent stands for the learner's own.
    toLearner('own-consent-reminder', { until: Day }),
    toLearner('own-consent-lapsed', {}),
    // To guardians of a child without a login: the last day on which they act for it.
    toLearner('login-needed', { until: Day }),
    toLearner('majority-reached', {}),
    toLearner('majority-without-login', {}),
    toAddress('login-offered', { link: Link, until: Day }),
    toAddress('guardian-invited', { link: Link, until: Day }),
    // Where the receipt of the deletion is.
    toAddress('deletion-begun', { link: Link }),
    toAddress('account-deleted', { link: Link }),
    // The last day on which the seat is held.
    toLearner('seat-offered', { provider: ProviderId, until: Day }),
    toLearner('seat-lapsed', { provider: ProviderId }),
    // A wait, or a seat held after it, that the rules or another approval end.
    toLearner('wait-ended', { provider: ProviderId }),
    // The last day of a place that the rules no longer grant.
    toLearner('place-ending', { provider: ProviderId, until: Day }),
    // The same where the policy has fewer places of the kind: no provider can be chosen for it instead.
    toLearner('fewer-places', { provider: ProviderId, until: Day }),
    toLearner('place-ended', { provider: ProviderId }),
    toMentor('mentor-received', {}),
    toMentor('mentor-selected', {}),
    toMentor('mentor-rejected', {}),
    // Neither says why: a report is read by nobody whom it is about.
    toMentor('mentor-suspended', {}),
    toMentor('mentor-reinstated', {}),
    // Where to apply.
    toAddress('mentor-nominated', { link: Link }),
    // The last day of the background check.
    toMentor('mentor-check-ending', { until: Day }),
    toMentor('mentor-check-expired', {}),
    toCalendars('session-booked', { start: Moment }),
    // A series, from its first to its last session.
    toCalendars('sessions-booked', { first: Moment, last: Moment }),
    // When it is now.
    toCalendars('session-moved', { start: Moment }),
    // When it would have been.
    toCalendars('session-cancelled', { start: Moment }),
    // When it begins: a day before, and an hour before.
    toEither('session-reminder', { start: Moment }),
    // The mentor told that the learner did not come; the last day on which the learner can say otherwise.
    toLearner('session-missed', { start: Moment, until: Day }),
    // A coordinator decided how a session ended.
    toEither('outcome-decided', { start: Moment }),
    // The new last day.
    toEither('mentorship-extended', { until: Day }),
    toEither('extension-refused', {}),
    toEither('mentorship-paused', {}),
    // The last day, moved by the days that it was held; with the sessions whose time has passed meanwhile.
    toEither('mentorship-resumed', { until: Day }).extend({ events: CalendarEvents.optional() }),
    // With the sessions that it calls off.
    toEither('mentorship-ended', {}).extend({ events: CalendarEvents.optional() }),
    // The learner's mentor is no longer theirs, and what remains waits for another.
    toLearner('mentor-changing', {}).extend({ events: CalendarEvents.optional() }),
    // The last day for an answer to a match.
    toLearner('match-offered', { until: Day }),
    toMentor('mentee-offered', { until: Day }),
    // The last day of the mentorship.
    toEither('mentorship-begun', { until: Day }),
    // Declined, or not answered in time; nobody is told by whom.
    toLearner('match-ended', {}),
    toMentor('mentee-ended', {}),
    // With a consultant.
    toLearner('appointment-booked', { start: Moment }).extend({ events: CalendarEvents.min(1) }),
    // When it begins: a day before, and an hour before.
    toLearner('appointment-reminder', { start: Moment }),
    // When it would have been.
    toLearner('appointment-cancelled', { start: Moment }).extend({
      events: CalendarEvents.min(1),
    }),
  ]),
);
export type Message = z.output<typeof Message>;
export type NoticeKind = Message['kind'];

/** How a fact is shown: a day and a link by their form, the others by their names in the region file. */
export type FactForm = 'day' | 'moment' | 'link' | 'group' | 'provider';

/** The names of the facts of each kind, each with how it is shown. */
export const factsByKind: ReadonlyMap<NoticeKind, ReadonlyMap<string, FactForm>> = new Map(
  Message.unwrap().options.map(({ shape }) => [
    shape.kind.value,
    new Map(Object.entries<Fact>(shape.facts.shape).map(([name, fact]) => [name, formOf(fact)])),
  ]),
);

function formOf(fact: Fact): FactForm {
  if (fact === Day) return 'day';
  if (fact === Moment) return 'moment';
  if (fact === Link) return 'link';
  return fact === GroupId ? 'group' : 'provider';
}
