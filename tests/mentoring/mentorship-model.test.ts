import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { book, move } from '../../functions/mentoring/booking.rules.ts';
import { quartersFrom } from '../../functions/mentoring/day.rules.ts';
import { askForMore, decideMore } from '../../functions/mentoring/extension.rules.ts';
import {
  bookedOf,
  type Change,
  ended,
  endingOf,
  paused,
  type Refused,
  resumed,
  type SeenSession,
  type Terms,
} from '../../functions/mentoring/mentorship.rules.ts';
import { decideOutcome, dispute, tell, untold } from '../../functions/mentoring/outcome.rules.ts';
import { cancel, timeOf } from '../../functions/mentoring/session.rules.ts';
import { SessionId, weekdays } from '../../functions/mentoring/words.contract.ts';
import { runs } from '../runs.ts';
import { moment, running, terms } from './running.ts';

const always = weekdays.map((day) => ({ day, from: '00:00', until: '24:00' }));
const other = {
  side: 'mentor',
  availability: { timeZone: 'Asia/Seoul', weekly: always, exceptions: [] },
} as const;
const outcomes = ['completed', 'learner-no-show', 'mentor-no-show', 'technical-failure'] as const;

/** A mentorship as the rules make it, with the quarter hours that its rows take, as the store writes them. */
class MentorshipModel {
  mentorship = running();
  readonly sessions = new Map<string, SeenSession>();
  readonly quarters = new Set<string>();
  #now = moment('2025-06-02T00:00:00Z');
  #made = 0;

  get terms(): Terms {
    return terms(this.#now.toString());
  }

  pass(hours: number): void {
    this.#now = this.#now.add({ hours });
  }

  book(quarters: number): void {
    const from = Math.ceil(this.#now.epochMilliseconds / 900_000) * 900_000;
    const start = Temporal.Instant.fromEpochMilliseconds(from + quarters * 900_000);
    this.#made += 1;
    const sessionId = SessionId.parse(`ses_${String(this.#made).padStart(26, '0')}`);
    this.keep(book(this.terms, this.mentorship, [{ start, sessionId }], 1, {}, other));
  }

  /** Has something done to one of the sessions. */
  change(index: number, decide: (before: SeenSession) => Change | Refused | undefined): void {
    const before = [...this.sessions.values()][index % Math.max(1, this.sessions.size)];
    if (before !== undefined) this.keep(decide(before));
  }

  /** Keeps a change as the store does: nothing of it where time that it takes is taken. */
  keep(change: Change | Refused | undefined): void {
    if (change === undefined || 'code' in change) return;
    const freed = change.sessions.flatMap(({ before }) => quartersOf(before?.session));
    const taken = change.sessions.flatMap(({ after }) => quartersOf(after));
    const rest = [...this.quarters].filter((quarter) => !freed.includes(quarter));
    if (taken.some((quarter) => rest.includes(quarter))) return;
    for (const quarter of freed) this.quarters.delete(quarter);
    for (const quarter of taken) this.quarters.add(quarter);
    for (const { before, after } of change.sessions) {
      const version = (before?.version ?? 0) + 1;
      this.sessions.set(after.sessionId, { session: after, version });
    }
    this.mentorship = change.next;
  }
}

function quartersOf(session: Parameters<typeof timeOf>[0]): string[] {
  return timeOf(session).flatMap(({ start, minutes }) =>
    quartersFrom(start, minutes).map(({ day, name }) => `${day} ${name}`),
  );
}

const index = fc.nat(15);
const outcome = fc.constantFrom(...outcomes);
type Step = (model: MentorshipModel) => void;
const steps = fc.array(
  fc.oneof(
    fc.nat(150).map(
      (hours): Step =>
        (model) =>
          model.pass(hours),
    ),
    fc.nat(800).map(
      (quarters): Step =>
        (model) =>
          model.book(quarters),
    ),
    fc.tuple(index, fc.nat(400)).map(
      ([at, later]): Step =>
        (model) =>
          model.change(at, (before) => {
            const start = Temporal.Instant.from(before.session.start).add({ minutes: later * 15 });
            return move(model.terms, model.mentorship, before, { start: String(start) }, other);
          }),
    ),
    fc.tuple(index, fc.constantFrom('learner', 'mentor')).map(
      ([at, side]): Step =>
        (model) =>
          model.change(at, (before) => cancel(model.terms, model.mentorship, before, side)),
    ),
    fc.tuple(index, outcome).map(
      ([at, is]): Step =>
        (model) =>
          model.change(at, (before) => tell(model.terms, model.mentorship, before, is)),
    ),
    fc.tuple(index, outcome).map(
      ([at, says]): Step =>
        (model) =>
          model.change(at, (before) => dispute(model.terms, model.mentorship, before, says)),
    ),
    fc.tuple(index, outcome).map(
      ([at, is]): Step =>
        (model) =>
          model.change(at, (before) => decideOutcome(model.terms, model.mentorship, before, is)),
    ),
    index.map(
      (at): Step =>
        (model) =>
          model.change(at, (before) => untold(model.terms, model.mentorship, before)),
    ),
    fc.constant<Step>((model) => {
      const next = paused(model.mentorship, 'asked', model.terms.now);
      if (next !== undefined) model.keep({ next, sessions: [] });
    }),
    fc.constant<Step>((model) => {
      if (model.mentorship.state === 'paused') {
        model.keep(resumed(model.terms, model.mentorship, [...model.sessions.values()]));
      }
    }),
    fc.constant<Step>((model) => {
      const asked = askForMore(model.terms, model.mentorship, 'learner', 'More.');
      if ('code' in asked) return;
      const more = decideMore(model.terms, asked, 'approved');
      if (!('code' in more)) model.keep({ next: more, sessions: [] });
    }),
    fc.constant<Step>((model) => {
      const because = endingOf(model.terms, model.mentorship);
      const { now } = model.terms;
      if (because === undefined) return;
      model.keep(ended(model.mentorship, because, [...model.sessions.values()], now));
    }),
  ),
  { maxLength: 60 },
);

it('property: the budget is never overdrawn, and counts what is booked; time taken is that of sessions', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const model = new MentorshipModel();
      for (const step of all) {
        step(model);
        const { budget } = model.mentorship;
        const sessions = [...model.sessions.values()].map(({ session }) => session);
        expect(Math.min(budget.granted, budget.used, budget.left)).toBeGreaterThanOrEqual(0);
        expect(bookedOf(model.mentorship)).toBe(
          sessions.filter(({ state }) => state === 'booked').length,
        );
        const there = sessions.filter(({ state }) => state !== 'cancelled');
        const starts = there.map(({ start }) => Temporal.Instant.from(start));
        const times = starts.flatMap((start) => quartersFrom(start, 30));
        expect([...model.quarters].sort()).toEqual(
          times.map(({ day, name }) => `${day} ${name}`).sort(),
        );
      }
    }),
    { numRuns: runs(50) },
  );
});
