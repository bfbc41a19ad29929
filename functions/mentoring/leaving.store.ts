import type { Region } from '../../regions/schema.ts';
import { anew } from '../identity/attempt.store.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { type Moment, momentOf } from '../runtime/clock.ts';
import { type TransactItem, transact, type Written } from '../runtime/dynamodb.ts';
import { type Erasure, erased, type Rests, rowsOf, waits } from '../runtime/erasing.ts';
import { sendNotice } from '../runtime/notice.ts';
import { timeOfAppointment } from './appointment.rules.ts';
import { appointmentStore, type SeenAppointment } from './appointment.store.ts';
import { changeStore } from './change.store.ts';
import { staffPartition } from './consulting.store.ts';
import { dayStore } from './day.store.ts';
import { backWithRest } from './handover.rules.ts';
import { endingNotices } from './invitation.rules.ts';
import { menteeStore } from './mentee.store.ts';
import { mentorStore } from './mentor.store.ts';
import { ended, termsOf } from './mentorship.rules.ts';
import { mentorshipStore, type SeenMentorship } from './mentorship.store.ts';
import { tellNoMatch } from './offer-told.rules.ts';
import { reportStore } from './report.store.ts';
import { reopened } from './request.rules.ts';
import { requestStore } from './request.store.ts';
import { learnerKey } from './rows.store.ts';
import { sessionStore } from './session.store.ts';
import { AppointmentId } from './words.contract.ts';

/** The tables that the end of somebody's mentoring is written to. */
export interface LeavingTables {
  readonly mentoring: string;
  readonly notices: string;
}

/** Times that ongoing mentorships are looked for anew: one may be handed over while it is ended. */
const rounds = 10;

/** Ends what goes on of somebody who leaves: requests, mentorships and their sessions, appointments. */
export function leavingStore(tables: LeavingTables, region: Region) {
  const table = tables.mentoring;
  const mentorships = mentorshipStore(table);
  const sessions = sessionStore(table);
  const requests = requestStore(table);
  const reports = reportStore(table);
  const mentors = mentorStore(table);
  const mentees = menteeStore(table);
  const changes = changeStore(table);
  const appointments = appointmentStore(table);
  const days = dayStore(table);

  /**
   * Ends what a learner has: first the request, so that no mentor is found meanwhile; both sides hear of it, with the
   * sessions that it calls off for their calendars. Capacity: as the ends of each.
   *
   * @param rests - what each write rests on: that no open report concerns them (edge case 35)
   */
  async function endLearner(learnerId: LearnerId, now: Moment, rests: Rests): Promise<Erasure> {
    if (!(await withdraw(learnerId, rests))) return waits('report');
    if (!(await endAll(learnerId, now, rests))) return waits('report');
    const pointers = await rowsOf(table, learnerKey(learnerId), 'APPOINTMENT#');
    for (const { appointmentId } of pointers) {
      const seen = await appointments.read(AppointmentId.parse(appointmentId));
      if (seen !== undefined && !(await removeAppointment(seen, now, rests)))
        return waits('report');
    }
    return erased;
  }

  /**
   * Ends what a mentor has: first they leave, so that no round that is published and no coordinator finds them meanwhile; each
   * learner waits for another mentor with the sessions that remain (edge case 28).
   */
  async function endMentor(mentorId: MentorId, now: Moment, rests: Rests): Promise<Erasure> {
    if (!(await leave(mentorId, now, rests))) return waits('report');
    return (await endAll(mentorId, now, rests)) ? erased : waits('report');
  }

  async function leave(mentorId: MentorId, now: Moment, rests: Rests): Promise<boolean> {
    const at = now.toString({ smallestUnit: 'millisecond' });
    return anew(async () => {
      const seen = await mentors.read(mentorId);
      if (seen === undefined || seen.mentor.state === 'left') return true;
      const left = { ...seen.mentor, state: 'left' as const, since: at };
      return unheld(
        await transact([mentors.change({ ...seen, mentor: left }, undefined), ...rests]),
      );
    });
  }

  async function withdraw(learnerId: LearnerId, rests: Rests): Promise<boolean> {
    return anew(async () => {
      const seen = await requests.read(learnerId);
      if (seen?.request.state !== 'open') return true;
      const next = { ...seen, request: { ...seen.request, state: 'withdrawn' as const } };
      return unheld(await transact([requests.change(next), ...rests]));
    });
  }

  async function endAll(who: LearnerId | MentorId, now: Moment, rests: Rests): Promise<boolean> {
    for (let round = 0; round < rounds; round += 1) {
      const ongoing = await reports.ongoingOf(who);
      if (ongoing.length === 0) return true;
      for (const { mentorship } of ongoing) {
        const unheld = await anew(() => endOne(mentorship.mentorshipId, who, now, rests));
        if (!unheld) return false;
      }
    }
    throw new RangeError('mentorships keep being handed over');
  }

  /** False where a report holds it; undefined where it changed meanwhile. */
  async function endOne(
    id: SeenMentorship['mentorship']['mentorshipId'],
    who: LearnerId | MentorId,
    now: Moment,
    rests: Rests,
  ): Promise<boolean | undefined> {
    const seen = await mentorships.read(id);
    if (seen === undefined || seen.mentorship.state === 'ended') return true;
    const { mentorship } = seen;
    const leaves = who === mentorship.learnerId ? 'learner-left' : 'mentor-left';
    const change = ended(mentorship, leaves, await sessions.listOf(id), now);
    const freed = await freedFor(mentorship.mentorId);
    const others = [...freed, ...(await farewell(seen, change, leaves))];
    const held = { because: 'state', code: 'held', detail: 'An open report holds it.' } as const;
    const guards = rests.map((item) => ({ item, otherwise: held }));
    const kept = await changes.keep(termsOf(region, mentorship, now), seen, change, {
      guards,
      others,
    });
    if (kept === 'kept') return true;
    return kept === held ? false : undefined;
  }

  /**
   * One learner fewer for a mentor; nothing where there is no such mentor, as in a copy that was restored without those whom
   * the ledger names (edge case 37). Capacity: 1 read unit for 4 KB.
   */
  async function freedFor(mentorId: MentorId): Promise<TransactItem[]> {
    return (await mentors.read(mentorId)) === undefined ? [] : [mentees.free(mentorId)];
  }

  /** What goes with an end: the learner whose mentor leaves waits again, and both sides are told. */
  async function farewell(
    { mentorship }: SeenMentorship,
    change: ReturnType<typeof ended>,
    leaves: 'learner-left' | 'mentor-left',
  ): Promise<TransactItem[]> {
    const seen = leaves === 'mentor-left' ? await requests.read(mentorship.learnerId) : undefined;
    const isOffer = mentorship.state === 'offered';
    const mine = seen?.request.mentorshipId === mentorship.mentorshipId ? seen : undefined;
    const again = isOffer
      ? mine && reopened(mine, mentorship.mentorId)
      : backWithRest(seen, change.next);
    const messages = isOffer ? tellNoMatch(mentorship) : endingNotices(change, again !== undefined);
    return [
      ...(again === undefined ? [] : [requests.change(again)]),
      ...messages.map((message) => sendNotice(tables.notices, message)),
    ];
  }

  /** Deletes an appointment; a consultant whose time it would have taken has that back. */
  async function removeAppointment(
    seen: SeenAppointment,
    now: Moment,
    rests: Rests,
  ): Promise<boolean> {
    const { appointment } = seen;
    const comes =
      appointment.state === 'booked' &&
      momentOf(appointment.start).epochMilliseconds > now.epochMilliseconds;
    const freed = comes
      ? days.change(staffPartition(appointment.staffId), [], [timeOfAppointment(appointment)])
      : [];
    const items = [...appointments.remove(seen), ...freed];
    const written = await transact([...items, ...rests]);
    // Changed meanwhile: the next look finds it as it is now, and waiting for that is no harm.
    return written.done;
  }

  return { endLearner, endMentor };
}

/** Of one row and what it rests on: false where a report holds it; undefined where it changed meanwhile. */
function unheld(written: Written): boolean | undefined {
  if (written.done) return true;
  return written.failed.some((at) => at > 0) ? false : undefined;
}
