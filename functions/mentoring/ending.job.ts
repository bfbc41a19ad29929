import { anew } from '../identity/attempt.store.ts';
import type { Moment } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { changeStore } from './change.store.ts';
import { mentoringEnvironments } from './contract.ts';
import { endingNotices } from './invitation.rules.ts';
import { menteeStore } from './mentee.store.ts';
import { ended, endingOf, mentorshipDue, termsOf } from './mentorship.rules.ts';
import { mentorshipStore, toMentorship } from './mentorship.store.ts';
import { untold } from './outcome.rules.ts';
import { sessionStore, toSession } from './session.store.ts';

const { MENTORING_TABLE: table, NOTICES_TABLE } = readEnvironment(mentoringEnvironments.due);
const mentorships = mentorshipStore(table);
const sessions = sessionStore(table);
const mentees = menteeStore(table);
const changes = changeStore(table);

/**
 * Ends a mentorship whose budget is used up or whose span is over, and the mentor has room for another; else says when it
 * is looked at next. Capacity: 3 read units; 10 write units where it ends, 4 where it goes on.
 *
 * @param row - a mentorship as the index of what is due has it, which lags: its row decides
 * @returns whether it has ended
 */
export async function endMentorship(row: Record<string, unknown>, now: Moment): Promise<boolean> {
  const { mentorshipId } = toMentorship(row).mentorship;
  return anew(async () => {
    const seen = await mentorships.read(mentorshipId);
    if (seen === undefined) return false;
    const { mentorship } = seen;
    const terms = termsOf(region, mentorship, now);
    const because = endingOf(terms, mentorship);
    if (because === undefined) {
      // Its new place in the index comes with the write; another's write has given it one.
      const due = mentorshipDue(terms, mentorship);
      if (due === undefined) return false;
      await changes.keep(terms, seen, { next: mentorship, sessions: [] });
      return false;
    }
    const change = ended(mentorship, because, await sessions.listOf(mentorshipId), now);
    const notices = endingNotices(change, false);
    const others = [
      mentees.free(mentorship.mentorId),
      ...notices.map((message) => sendNotice(NOTICES_TABLE, message)),
    ];
    const kept = await changes.keep(terms, seen, change, { others });
    return kept === 'kept' || undefined;
  });
}

/**
 * Closes a session of which nobody has told in time: it has used up nothing. Capacity: 2 read units, and 4 write units
 * where it is closed.
 *
 * @param row - a session as the index of what is due has it, which lags: its row decides
 * @returns whether it was closed
 */
export async function closeUntold(row: Record<string, unknown>, now: Moment): Promise<boolean> {
  const { mentorshipId, sessionId } = toSession(row).session;
  return anew(async () => {
    const [seen, before] = await Promise.all([
      mentorships.read(mentorshipId),
      sessions.read(mentorshipId, sessionId),
    ]);
    if (seen === undefined || before === undefined) return false;
    const terms = termsOf(region, seen.mentorship, now);
    const change = untold(terms, seen.mentorship, before);
    if (change === undefined) return false;
    const kept = await changes.keep(terms, seen, change);
    return kept === 'kept' || undefined;
  });
}
