import { anew } from '../identity/attempt.store.ts';
import type { Moment } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { mentoringEnvironments } from './contract.ts';
import { closeUntold } from './ending.job.ts';
import { termsOf } from './mentorship.rules.ts';
import { reminderDue, reminders } from './reminder.rules.ts';
import { sessionDue } from './session.rules.ts';
import { sessionStore, toSession } from './session.store.ts';
import { settleStanding } from './standing.job.ts';

const { MENTORING_TABLE: table, NOTICES_TABLE } = readEnvironment(mentoringEnvironments.due);
const sessions = sessionStore(table);

/**
 * What a moment brings to a session: before it, a look at whether it may take place, and a reminder to both sides; after
 * it, the end of the days in which its outcome is told. The reminder is sent by the write that remembers it, so it is sent
 * once. Capacity: 8 read units, and 10 write units for a reminder.
 *
 * @param row - a session as the index of what is due has it, which lags: its row decides
 */
export async function lookAtSession(row: Record<string, unknown>, now: Moment): Promise<void> {
  const { mentorshipId, sessionId } = toSession(row).session;
  if (await closeUntold(row, now)) return;
  await anew(async () => {
    const mentorship = (await settleStanding(mentorshipId, now))?.mentorship;
    const seen = await sessions.read(mentorshipId, sessionId);
    // Whatever changed it has said when it is due next.
    if (mentorship === undefined || seen?.session.state !== 'booked') return true;
    const due = sessionDue(termsOf(region, mentorship, now), seen.session);
    const reminder = reminderDue(mentorship, seen, now);
    const messages = reminder === undefined ? [] : reminders(mentorship, seen);
    const written = await transact([
      sessions.put({ ...seen, reminded: reminder ?? seen.reminded }, mentorship.areaId, due),
      ...messages.map((message) => sendNotice(NOTICES_TABLE, message)),
    ]);
    return written.done || undefined;
  });
}
