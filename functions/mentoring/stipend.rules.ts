import { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../regions/calendar.ts';
import type { Outcome, Region } from '../../regions/schema.ts';
import type { MentorId, MentorPerson } from '../identity/contract.ts';
import { csvOf, inUnits } from '../provisioning/statement.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { termsOf } from './mentorship.rules.ts';
import type { Session } from './session.contract.ts';
import type { HeldSession, Stipend } from './stipend.contract.ts';

/** A session as it is paid for. */
export type Worked = Pick<Session, 'sessionId' | 'start' | 'minutes'>;

/** Whose session it was, and under which policy. */
export type OfMentorship = Pick<Mentorship, 'mentorId' | 'mentorshipId' | 'policyVersion'>;

/**
 * What a session earns its mentor, by the policy that the mentorship began under and for the outcomes that it pays
 * (row 16); undefined where it pays nothing. It counts in the month in which it is entered: that of the session may be paid
 * out when its outcome is told, or decided.
 *
 * @param outcome - as it was told (edge case 29)
 * @param enteredOn - the region's day
 */
export function stipendOf(
  region: Pick<Region, 'id' | 'mentoring' | 'timeZone'>,
  mentorship: OfMentorship,
  { sessionId, start }: Worked,
  outcome: Outcome,
  enteredOn: string,
): Stipend | undefined {
  const { policy } = termsOf(region, mentorship, Temporal.Instant.from(start));
  const { stipend, version } = policy;
  if (stipend?.pays.includes(outcome) !== true) return undefined;
  const { amount, currency } = stipend;
  const { mentorId } = mentorship;
  const day = dayOf(region, start);
  const earned = { outcome, amount, currency, policyVersion: version };
  return { kind: 'session', mentorId, sessionId, day, enteredOn, ...earned };
}

/**
 * What a coordinator's decision on an outcome changes in the ledger: undefined where the session earns what it earned.
 * What was booked stays: a correction takes it back in the month of the decision, as an earlier one may be paid out.
 */
export function correctionOf(
  before: Stipend | undefined,
  after: Stipend | undefined,
  enteredOn: string,
): Stipend | undefined {
  if (before === undefined) return after;
  if (after !== undefined) return undefined;
  return { ...before, kind: 'correction', enteredOn, amount: -before.amount };
}

/** A completed session as the mentor's certificate counts it. */
export function heldOf(
  region: Pick<Region, 'timeZone'>,
  { mentorshipId }: OfMentorship,
  { sessionId, start, minutes }: Worked,
): HeldSession {
  return { mentorshipId, sessionId, day: dayOf(region, start), minutes };
}

const dayOf = (region: Pick<Region, 'timeZone'>, start: string) =>
  dayIn(region, Temporal.Instant.from(start)).toString();

/** The month of a day, such as "2026-03". */
export const monthOf = (day: string) => day.slice(0, 7);

/** The months in which something can have been entered for a mentor: from their first mentorship's to the present one. */
export function monthsOf(
  region: Pick<Region, 'timeZone'>,
  mentorships: readonly Pick<Mentorship, 'createdAt'>[],
  now: Temporal.Instant,
): readonly string[] {
  const [first] = mentorships.map(({ createdAt }) => createdAt).sort();
  if (first === undefined) return [];
  const begin = dayIn(region, Temporal.Instant.from(first)).toPlainYearMonth();
  const { months } = begin.until(dayIn(region, now).toPlainYearMonth(), { largestUnit: 'month' });
  return Array.from({ length: months + 1 }, (_, later) => begin.add({ months: later }).toString());
}

/** Sums by currency, in the order in which the currencies come first. */
export function totalsOf(stipends: readonly Pick<Stipend, 'amount' | 'currency'>[]): Total[] {
  const sums = new Map<string, number>();
  for (const { amount, currency } of stipends) {
    sums.set(currency, (sums.get(currency) ?? 0) + amount);
  }
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}

export interface Total {
  readonly currency: string;
  readonly amount: number;
}

/** By what names mentors are paid; whoever is not there any more is left out. */
export type Payees = ReadonlyMap<MentorId, Pick<MentorPerson, 'name'>>;

const columns = [
  'kind',
  'mentorId',
  'name',
  'sessionId',
  'day',
  'outcome',
  'policy',
  'amount',
  'currency',
  'enteredOn',
];

/**
 * A month's statement as comma-separated values (RFC 4180): a line for each session that is paid, by their
 * days, after those of a mentor their total, and at the end that of all. Amounts are written in the currency's unit, "12.50".
 *
 * @param stipends - those of a mentor side by side, as the ledger has them
 */
export function statementOf(stipends: readonly Stipend[], payees: Payees): string {
  const byMentor = Map.groupBy(stipends, ({ mentorId }) => mentorId);
  const lines = [...byMentor].flatMap(([mentorId, own]) => {
    const who = [mentorId, payees.get(mentorId)?.name ?? ''];
    return [
      ...inOrder(own).map((one) => [one.kind, ...who, ...sessionCells(one)]),
      ...totalsOf(own).map((total) => [
        'mentor-total',
        ...who,
        '',
        '',
        '',
        '',
        ...money(total),
        '',
      ]),
    ];
  });
  const all = totalsOf(stipends).map((total) => [
    'total',
    ...['', '', '', '', '', ''],
    ...money(total),
    '',
  ]);
  return csvOf([columns, ...lines, ...all]);
}

/** Entries of one mentor by their days; what a day has several of stays as the ledger has it. */
export function inOrder<Entry extends Pick<Stipend, 'day'>>(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((one, other) => one.day.localeCompare(other.day));
}

function sessionCells(stipend: Stipend): string[] {
  const { sessionId, day, outcome, policyVersion, enteredOn } = stipend;
  return [sessionId, day, outcome, policyVersion, ...money(stipend), enteredOn];
}

/** An amount and its currency, in the currency's unit. */
const money = ({ amount, currency }: Total): string[] => [inUnits(amount, currency), currency];
