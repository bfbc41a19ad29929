import { anew } from '../identity/attempt.store.ts';
import type { MentorId } from '../identity/contract.ts';
import type { Moment } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { mentoringEnvironments } from './contract.ts';
import { mentorStore, toMentor } from './mentor.store.ts';
import { lookAtMentor } from './mentor-due.rules.ts';
import { reportStore } from './report.store.ts';
import { settleStanding } from './standing.job.ts';

const { MENTORING_TABLE: table, NOTICES_TABLE } = readEnvironment(mentoringEnvironments.due);
const mentors = mentorStore(table);
const reports = reportStore(table);

/**
 * What a moment brings to a mentor: a reminder that the background check ends, and when it has, that their mentorships are
 * held until it is renewed (edge case 34). The mentorships come first: a run that dies in between is done anew, and changes
 * no mentorship twice. Capacity: 8 read units and 10 write units for each mentorship, 8 write units for the mentor.
 *
 * @param row - a mentor as the index of what is due has it, which lags: its row decides
 */
export async function checkMentor(row: Record<string, unknown>, now: Moment): Promise<void> {
  const { mentorId } = toMentor(row).mentor;
  await anew(async () => {
    const seen = await mentors.read(mentorId);
    if (seen === undefined) return true;
    const { kind, kept, due, notice } = lookAtMentor(region, seen, now);
    if (kind === 'hold' || kind === 'resume') await settleAll(mentorId, now);
    const written = await transact([
      mentors.change({ ...seen, kept }, due),
      ...(notice === undefined ? [] : [sendNotice(NOTICES_TABLE, notice)]),
    ]);
    return written.done || undefined;
  });
}

async function settleAll(mentorId: MentorId, now: Moment): Promise<void> {
  for (const { mentorship } of await reports.ongoingOf(mentorId)) {
    await settleStanding(mentorship.mentorshipId, now);
  }
}
