import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import { consentOf } from '../eligibility/decision.rules.ts';
import type { Profile } from '../identity/contract.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { endOf, forgetAt, type Refused, type Terms } from './mentorship.rules.ts';
import type { Feedback, FeedbackInput, Note, NotePart, Plan, PlanInput } from './note.contract.ts';
import type { Side } from './words.contract.ts';

/** Who reads notes. */
export type NoteReader = Side | 'coordinator';

const partsOf: Readonly<Record<NoteReader, readonly NotePart[]>> = {
  learner: ['forLearner'],
  // Who wrote it.
  mentor: ['forLearner', 'forMentor', 'forCoordinator'],
  coordinator: ['forLearner', 'forCoordinator'],
};

/** A note as somebody may read it; undefined where nothing in it is for them. */
export function noteFor(reader: NoteReader, note: Note): Note | undefined {
  const { noteId, at, sessionId } = note;
  const parts = partsOf[reader].flatMap((part) => {
    const words = note[part];
    return words === undefined ? [] : [[part, words] as const];
  });
  if (parts.length === 0) return undefined;
  return { noteId, at, ...(sessionId && { sessionId }), ...Object.fromEntries(parts) };
}

/**
 * Whether a side may read plan and notes. A mentor's access ends with the mentorship (edge case 28); a learner keeps it
 * until they are deleted. Of what is only offered there are none.
 */
export function maySeeNotes({ state }: Pick<Mentorship, 'state'>, side: Side): boolean {
  if (side === 'learner') return state !== 'offered';
  return state === 'active' || state === 'paused';
}

/**
 * Why nobody writes plan or notes: nothing may be kept about the learner now (edge case 2), or the mentorship does not go
 * on. Paused, for whatever reason, nothing in it is changed: it may be what a report is about (edge case 35), and were it
 * only then, the accused would know by it.
 *
 * @param profile - the learner's; undefined where they are there no more
 */
export function notWritable(
  { state }: Pick<Mentorship, 'state'>,
  profile: Profile | undefined,
): Refused | undefined {
  const consents = profile !== undefined && consentOf(profile) === 'given';
  if (state === 'active' && consents) return undefined;
  const why = !consents
    ? 'Consent is missing.'
    : state === 'paused'
      ? 'It is paused.'
      : 'It does not go on.';
  const detail = `Plan and notes of this mentorship cannot be written now. ${why}`;
  return { because: 'state', code: 'notes-closed', detail };
}

/** A plan that one side has written. */
export function planned(input: PlanInput, writtenBy: Side, now: Temporal.Instant): Plan {
  return { ...input, writtenBy, writtenAt: timestamp(now) };
}

/** Whether a plan says already what somebody wants to write. */
export function isPlanned({ goals, steps, writtenBy }: Plan, wish: PlanInput, side: Side): boolean {
  return (
    writtenBy === side &&
    goals === wish.goals &&
    steps.length === wish.steps.length &&
    wish.steps.every((step, at) => {
      const kept = steps[at];
      return kept?.what === step.what && kept.by === step.by && kept.done === step.done;
    })
  );
}

/** Feedback that is not taken now, without a word why: a report is about whoever gives it (edge case 35). */
export const feedbackHeld = closed('Feedback on this mentorship cannot be given now.');

/** Feedback of one side: while the mentorship goes on and is not paused, and for the policy's days after its end. */
export function feedbackOn(
  terms: Terms,
  { state, from, endedAt }: Pick<Mentorship, 'state' | 'from' | 'endedAt'>,
  input: FeedbackInput,
): Feedback | Refused {
  const { region, policy, now } = terms;
  if (state === 'offered' || from === undefined) {
    return closed('This mentorship has not begun.');
  }
  if (state === 'paused') return feedbackHeld;
  if (endedAt !== undefined) {
    const last = dayIn(region, Temporal.Instant.from(endedAt));
    const deadline = endOf(region, last, policy.deadlines.feedback);
    if (Temporal.Instant.compare(deadline, now) <= 0) {
      return closed(`Feedback is taken for ${policy.deadlines.feedback} days after the end.`);
    }
  }
  return { ...input, writtenAt: timestamp(now) };
}

/** Whether the time has come to delete plan, notes and feedback: the policy's days after the end are over. */
export function isForgettable(terms: Terms, mentorship: Mentorship): boolean {
  const due = forgetAt(terms, mentorship);
  return due !== undefined && Temporal.Instant.compare(due, terms.now) <= 0;
}

function closed(detail: string): Refused {
  return { because: 'state', code: 'feedback-closed', detail };
}
