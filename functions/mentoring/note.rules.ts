import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
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

/** Why nobody writes plan or notes: it has ended, or nothing may be kept about the learner now (edge case 2). */
export function notWritable({
  state,
  pausedBecause,
}: Pick<Mentorship, 'state' | 'pausedBecause'>): Refused | undefined {
  const goesOn = state === 'active' || state === 'paused';
  if (goesOn && pausedBecause !== 'consent') return undefined;
  const why = goesOn ? 'It is paused because consent is missing.' : 'It does not go on.';
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

/** Feedback of one side: while the mentorship goes on, and for the policy's days after its end. */
export function feedbackOn(
  terms: Terms,
  { state, from, endedAt }: Pick<Mentorship, 'state' | 'from' | 'endedAt'>,
  input: FeedbackInput,
): Feedback | Refused {
  const { region, policy, now } = terms;
  if (state === 'offered' || from === undefined) {
    return closed('This mentorship has not begun.');
  }
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
