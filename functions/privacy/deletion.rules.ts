import { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { LearnerId } from '../identity/contract.ts';
import {
  type Deletion,
  type Receipt,
  type StepName,
  type Subject,
  steps,
  type Waiting,
} from './deletion.contract.ts';

/** Minutes after which a deletion is looked at again, by what it waits for; without that it may have died in a step. */
const lookAgain: Readonly<Record<Waiting | 'step', number>> = {
  step: 5,
  providers: 5,
  files: 5,
  mails: 5,
  report: 60,
};

/**
 * Hours that a deletion may rest before somebody has to look why: people are owed it without delay (GDPR, article 12(3): a
 * month at most). A lead may need days for a report.
 */
const restsAtMost: Readonly<Record<Waiting | 'step', number>> = {
  step: 3,
  providers: 24,
  files: 24,
  mails: 24,
  report: 14 * 24,
};

/** Hours for which mails about a deletion are waited for; then they go unread. */
const patience = 3;

/**
 * Hours after its end in which everything is looked at once more: a stream keeps messages for 24 hours, and one that comes
 * late may have begun a row anew.
 */
const sweepAfter = 26;

/** All that an open report may keep from being deleted: what a report is about, and who it is. */
export const idsOf = ({ learnerId, mentorId }: Subject) =>
  [learnerId, mentorId].filter((id) => id !== undefined);

/** What is done next: the first step that is not done, the last look, or nothing. */
export function nextOf({ done, doneAt, sweptAt }: Deletion): StepName | 'sweep' | undefined {
  const first = steps.find((step) => !done.some((each) => each.step === step));
  if (first !== undefined) return first;
  return doneAt === undefined || sweptAt !== undefined ? undefined : 'sweep';
}

/** Whether mails are still waited for. */
export function isPatient({ askedAt }: Deletion, now: Temporal.Instant): boolean {
  const end = Temporal.Instant.from(askedAt).add({ hours: patience });
  return Temporal.Instant.compare(now, end) < 0;
}

/** A deletion with a step behind it; the last one completes the receipt. */
export function stepped(deletion: Deletion, step: StepName, now: Temporal.Instant): Deletion {
  const { waitsFor, waitsSince, ...rest } = deletion;
  const at = timestamp(now);
  const next = { ...rest, done: [...rest.done, { step, at }] };
  if (step !== steps.at(-1)) return next;
  const { mail, ...forgetting } = next;
  return { ...forgetting, doneAt: at };
}

/** A deletion that has to wait. */
export function waiting(deletion: Deletion, waitsFor: Waiting, now: Temporal.Instant): Deletion {
  const since = deletion.waitsFor === waitsFor ? deletion.waitsSince : undefined;
  return { ...deletion, waitsFor, waitsSince: since ?? timestamp(now) };
}

/**
 * A deletion of which nothing is done, in a copy that was restored: nobody is told anew. Children whom an earlier run has left
 * with nobody are still to be told of.
 */
export function fromTheFirst(
  { deletionId, askedAt, version, alone: before }: Deletion,
  { alone, ...anew }: Pick<Deletion, 'subject' | 'judgedAt' | 'release' | 'alone'>,
): Deletion {
  const left = aloneWith([...(before ?? []), ...(alone ?? [])]);
  return { deletionId, askedAt, version, ...anew, ...left, restored: true, done: [] };
}

/** Children who are left with nobody, each once, as a deletion keeps them; nothing where there are none. */
export function aloneWith(children: readonly LearnerId[]): Pick<Deletion, 'alone'> {
  return children.length === 0 ? {} : { alone: [...new Set(children)] };
}

/**
 * Up to which moment the region that a ledger is of had decided all reports about somebody whom it names: no entry is made
 * while one is open. A report bears its moment a little before it is written, so the last minute does not count.
 *
 * @param enteredAt - when the entry was made
 */
export function judgedAtOf(enteredAt: string): string {
  return timestamp(Temporal.Instant.from(enteredAt).subtract({ minutes: 1 }));
}

/** A deletion after the last look: it names nobody any more. */
export function swept(deletion: Deletion, now: Temporal.Instant): Deletion {
  const { subject, askedBy, alone, waitsFor, waitsSince, ...rest } = deletion;
  return { ...rest, sweptAt: timestamp(now) };
}

/**
 * Whether a deletion, or its last look, has rested for longer than it should: since its last step, or since it began to wait
 * for something.
 */
export function isOverdue(deletion: Deletion, now: Temporal.Instant): boolean {
  const { askedAt, done, doneAt, waitsFor, waitsSince } = deletion;
  if (nextOf(deletion) === undefined) return false;
  const begun =
    doneAt === undefined ? (done.at(-1)?.at ?? askedAt) : timestamp(sweepBegins(doneAt));
  const hours = restsAtMost[waitsFor ?? 'step'];
  const last = Temporal.Instant.from(waitsSince ?? begun).add({ hours });
  return Temporal.Instant.compare(last, now) < 0;
}

/** When everything is looked at once more, after the end of a deletion. */
export function sweepBegins(doneAt: string): Temporal.Instant {
  return Temporal.Instant.from(doneAt).add({ hours: sweepAfter });
}

/** When a deletion is looked at next; undefined where it is at its end. */
export function dueOf(deletion: Deletion, now: Temporal.Instant): string | undefined {
  const next = nextOf(deletion);
  if (next === undefined) return undefined;
  if (next === 'sweep' && deletion.doneAt !== undefined && deletion.waitsFor === undefined) {
    return timestamp(sweepBegins(deletion.doneAt));
  }
  return timestamp(now.add({ minutes: lookAgain[deletion.waitsFor ?? 'step'] }));
}

/**
 * How far a deletion is, for whoever has its id. That a report holds it is not told: it would tell the accused that there is
 * one (edge case 35).
 */
export function receiptOf({ deletionId, askedAt, doneAt, done, waitsFor }: Deletion): Receipt {
  const times = new Map(done.map(({ step, at }) => [step, at]));
  const first = steps.find((step) => !times.has(step));
  const shown = waitsFor === 'report' ? undefined : waitsFor;
  return {
    deletionId,
    state: doneAt === undefined ? 'running' : 'done',
    askedAt,
    ...(doneAt === undefined ? {} : { doneAt }),
    steps: steps.map((step) => {
      const at = times.get(step);
      if (at !== undefined) return { step, state: 'done' as const, at };
      const waits = step === first && shown !== undefined;
      return { step, state: waits ? ('waiting' as const) : ('to-do' as const) };
    }),
    ...(doneAt === undefined && shown !== undefined ? { waitsFor: shown } : {}),
  };
}
