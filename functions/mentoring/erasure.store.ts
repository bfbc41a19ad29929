import type { Region } from '../../regions/schema.ts';
import { anew } from '../identity/attempt.store.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import type { Sub } from '../runtime/caller.ts';
import type { Moment } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import {
  type Erasure,
  erased,
  eraseRows,
  type Key,
  type Rests,
  rowsOf,
  waits,
} from '../runtime/erasing.ts';
import { appointmentStore } from './appointment.store.ts';
import { calendarStore } from './calendar.store.ts';
import { certificatePrefix } from './certificate.store.ts';
import { conflictStore } from './conflict.store.ts';
import { type LeavingTables, leavingStore } from './leaving.store.ts';
import { mentorStore } from './mentor.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { mentorshipStore, partitionOf } from './mentorship.store.ts';
import { noteStore } from './note.store.ts';
import { askedBefore, requestStore } from './request.store.ts';
import { learnerKey, mentorKey } from './rows.store.ts';
import { sessionStore } from './session.store.ts';
import { weighedHoldStore } from './weighed-hold.store.ts';
import { AppointmentId, type MentorshipId } from './words.contract.ts';

/** Memberships that are read at a time. */
const atOnce = 100;

/** What an erasure of mentoring is told. */
export interface Erasing {
  readonly now: Moment;
  /** What each write rests on: that no open report concerns whoever leaves (edge case 35). */
  readonly rests: Rests;
  /** As `weighedHoldStore` has it, for the other sides of their mentorships. */
  readonly judgedAt: string | undefined;
}

/** What is kept of learners and mentors who leave, and its erasure. */
export function erasureStore(tables: LeavingTables, region: Region) {
  const table = tables.mentoring;
  const mentorships = mentorshipStore(table);
  const sessions = sessionStore(table);
  const notes = noteStore(table);
  const requests = requestStore(table);
  const mentors = mentorStore(table);
  const conflicts = conflictStore(table);
  const calendars = calendarStore(table);
  const appointments = appointmentStore(table);
  const holds = weighedHoldStore(table);
  const leaving = leavingStore(tables, region);

  /** All mentorships that somebody has or had. Capacity: 1 read unit, and 1 for each, in a request for 100. */
  async function mentorshipsOf(who: LearnerId | MentorId): Promise<readonly Mentorship[]> {
    const rows = await rowsOf(table, partitionOf(who), 'MENTORSHIP#');
    const pages = Array.from({ length: Math.ceil(rows.length / atOnce) }, (_, page) =>
      mentorships.readAll(rows.slice(page * atOnce, (page + 1) * atOnce)),
    );
    return (await Promise.all(pages)).flat().map(({ mentorship }) => mentorship);
  }

  /**
   * What is kept about a learner, as far as the learner may read it. Capacity: as `mentorshipsOf`, and for each mentorship 1
   * read unit for 4 KB of sessions, plan, notes and feedback.
   */
  async function ofLearner(learnerId: LearnerId) {
    const [request, all, pointers] = await Promise.all([
      requests.read(learnerId),
      mentorshipsOf(learnerId),
      rowsOf(table, learnerKey(learnerId), 'APPOINTMENT#'),
    ]);
    const kept = await Promise.all(all.map(withContent));
    const met = await Promise.all(
      pointers.map(({ appointmentId }) => appointments.read(AppointmentId.parse(appointmentId))),
    );
    return {
      request: request?.request,
      mentorships: kept,
      appointments: met.flatMap((seen) => (seen === undefined ? [] : [seen.appointment])),
    };
  }

  async function withContent(mentorship: Mentorship) {
    const { mentorshipId } = mentorship;
    const [held, plan, feedback, written] = await Promise.all([
      sessions.listOf(mentorshipId),
      notes.readPlan(mentorshipId),
      notes.readFeedback(mentorshipId),
      notesOf(mentorshipId),
    ]);
    return {
      mentorship,
      sessions: held.map(({ session }) => session),
      plan: plan?.plan,
      feedback: feedback.learner,
      notes: written,
    };
  }

  async function notesOf(mentorshipId: MentorshipId) {
    const found: Awaited<ReturnType<typeof notes.listNotes>>['notes'] = [];
    let cursor: string | undefined;
    do {
      const page = await notes.listNotes(mentorshipId, { limit: 100, cursor });
      found.push(...page.notes);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  /**
   * Ends what a learner has and erases what was written: requests, plans, notes, feedback, appointments, time. Mentorships
   * and sessions stay as accounts of what mentors did and are paid for, without a word (ADR 25). Capacity: as the ends of
   * each, 2 write units for each row.
   *
   * @param logins - those that followed the learner's calendar
   */
  async function eraseLearner(
    learnerId: LearnerId,
    logins: readonly Sub[],
    { now, rests, judgedAt }: Erasing,
  ): Promise<Erasure> {
    const over = await leaving.endLearner(learnerId, now, rests);
    if (over.kind !== 'done') return over;
    const all = await mentorshipsOf(learnerId);
    for (const mentorship of all) {
      if (!(await forget(mentorship, judgedAt))) return waits('report');
    }
    for (const [mentorId, learners] of await conflicts.listAll()) {
      if (learners.includes(learnerId)) await transact([conflicts.lift(mentorId, learnerId)]);
    }
    for (const sub of logins) await calendars.revoke({ sub, learnerId });
    const asked = all.map(({ requestId }) => askedBefore(requestId));
    const rows = await rowsOf(table, learnerKey(learnerId));
    const before = rows.flatMap(({ requestId }) =>
      typeof requestId === 'string' ? [askedBefore(requestId)] : [],
    );
    return (await eraseRows(table, each([...asked, ...before, ...rows]), rests))
      ? erased
      : waits('report');
  }

  /** The same of a mentor. The ledger of stipends stays, for whoever paid has to show it: it names an id. */
  async function eraseMentor(
    mentorId: MentorId,
    sub: Sub | undefined,
    { now, rests, judgedAt }: Erasing,
  ): Promise<Erasure> {
    const over = await leaving.endMentor(mentorId, now, rests);
    if (over.kind !== 'done') return over;
    for (const mentorship of await mentorshipsOf(mentorId)) {
      if (!(await bare(mentorship, judgedAt))) return waits('report');
    }
    for (const learnerId of (await conflicts.listAll()).get(mentorId) ?? []) {
      await transact([conflicts.lift(mentorId, learnerId)]);
    }
    if (sub !== undefined) await calendars.revoke({ sub, learnerId: undefined });
    const rows = await rowsOf(table, mentorKey(mentorId).pk);
    const certificates = rows
      .filter(({ sk }) => sk.startsWith(certificatePrefix))
      .map(({ sk }) => ({ pk: sk, sk: 'CERTIFICATE' }));
    return (await eraseRows(table, [...certificates, ...rows], rests)) ? erased : waits('report');
  }

  /** Deletes what was written in a mentorship, unless a report concerns either side (edge case 35). */
  async function forget(mentorship: Mentorship, judgedAt: string | undefined): Promise<boolean> {
    const unheld = await restsOf(mentorship, judgedAt);
    for (;;) {
      const deletion = await notes.deletionOf(mentorship.mentorshipId);
      if (deletion.length === 0) return bare(mentorship, judgedAt);
      if (!(await transact([...deletion, ...unheld])).done) return false;
    }
  }

  /**
   * Takes away what somebody wrote about a mentorship on its row, and where its sessions were, unless a report concerns either
   * side (edge case 35).
   */
  async function bare(mentorship: Mentorship, judgedAt: string | undefined): Promise<boolean> {
    const { mentorshipId } = mentorship;
    const unheld = await restsOf(mentorship, judgedAt);
    const forgotten = await anew(async () => {
      const venues = (await sessions.listOf(mentorshipId)).filter(({ session }) => session.venue);
      // One after the other: they share the rows that say that no report is open.
      for (const seen of venues) {
        const written = await transact([sessions.forgetVenue(seen), ...unheld]);
        if (!written.done) return written.failed.some((at) => at > 0) ? false : undefined;
      }
      return true;
    });
    if (!forgotten) return false;
    return anew(async () => {
      const seen = await mentorships.read(mentorshipId);
      if (seen === undefined) return true;
      const { extension, declined, ...kept } = seen.mentorship;
      const wrote = extension !== undefined || declined?.reason !== undefined;
      if (!wrote) return true;
      const by = declined && { declined: { by: declined.by } };
      const written = await transact([
        mentorships.change({ mentorship: { ...kept, ...by }, version: seen.version }, undefined),
        ...unheld,
      ]);
      if (written.done) return true;
      return written.failed.some((at) => at > 0) ? false : undefined;
    });
  }

  /** That no report holds either side. Capacity: as `weigh`, for two. */
  async function restsOf({ learnerId, mentorId }: Mentorship, judgedAt: string | undefined) {
    const sides = [learnerId, mentorId].map((side) => holds.weigh(side, judgedAt));
    return (await Promise.all(sides)).map(({ rest }) => rest);
  }

  /** What is kept about somebody as a mentor, as far as they may read it. Capacity: as `mentorshipsOf`, and 1. */
  async function ofMentor(mentorId: MentorId) {
    const [seen, all] = await Promise.all([mentors.read(mentorId), mentorshipsOf(mentorId)]);
    return { mentor: seen?.mentor, mentorships: all };
  }

  return { ofLearner, ofMentor, eraseLearner, eraseMentor };
}

/** Each key once: a transaction takes a row once. */
const each = (keys: readonly Key[]): readonly Key[] => [
  ...new Map(keys.map(({ pk, sk }) => [`${pk} ${sk}`, { pk, sk }])).values(),
];
