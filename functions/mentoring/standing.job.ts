import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import type { Moment } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { type Message, sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { auditEntry } from '../runtime/trail.ts';
import { changeStore } from './change.store.ts';
import { mentoringEnvironments } from './contract.ts';
import { pausedNotices, resumedNotices } from './invitation.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { type Change, paused, resumed, type Terms, termsOf } from './mentorship.rules.ts';
import { mentorshipStore, type SeenMentorship } from './mentorship.store.ts';
import { sessionStore } from './session.store.ts';
import { heldBecause, type Turn, turnOf } from './standing.rules.ts';
import { standingStore } from './standing.store.ts';
import type { MentorshipId } from './words.contract.ts';

const environment = readEnvironment(mentoringEnvironments.due);
const { MENTORING_TABLE: table, NOTICES_TABLE, AUDIT_TABLE } = environment;
const mentorships = mentorshipStore(table);
const sessions = sessionStore(table);
const changes = changeStore(table);
const standings = standingStore({
  mentoring: table,
  identity: environment.IDENTITY_TABLE,
  eligibility: environment.ELIGIBILITY_TABLE,
});

/** What somebody hears of a turn, and what the trail calls it. */
interface Told {
  readonly change: Change;
  readonly notices: readonly Message[];
  readonly action?: 'mentorship-paused' | 'mentorship-resumed';
}

/**
 * Holds a mentorship where consent, approval or the mentor's background check is not in order, and lets it go on where
 * they are again (edge cases 2 and 34). Capacity: 6 read units; 10 write units where it turns.
 *
 * @returns the mentorship as it is then; undefined where it is gone
 */
export async function settleStanding(
  mentorshipId: MentorshipId,
  now: Moment,
): Promise<SeenMentorship | undefined> {
  const settled = await anew(async () => {
    const seen = await mentorships.read(mentorshipId);
    if (seen === undefined) return 'gone' as const;
    const { mentorship } = seen;
    if (mentorship.state !== 'active' && mentorship.state !== 'paused') return seen;
    const turn = turnOf(mentorship, heldBecause(region, await standings.read(mentorship), now));
    if (turn.kind === 'none') return seen;
    const terms = termsOf(region, mentorship, now);
    const told = await turned(terms, mentorship, turn);
    const kept = await changes.keep(terms, seen, told.change, { others: othersOf(told, now) });
    return kept === 'kept'
      ? { mentorship: told.change.next, version: seen.version + 1 }
      : undefined;
  });
  return settled === 'gone' ? undefined : settled;
}

async function turned(
  terms: Terms,
  mentorship: Mentorship,
  turn: Exclude<Turn, { kind: 'none' }>,
): Promise<Told> {
  switch (turn.kind) {
    case 'pause': {
      const next = paused(mentorship, turn.because, terms.now) ?? mentorship;
      const notices = pausedNotices(next);
      return { change: { next, sessions: [] }, notices, action: 'mentorship-paused' };
    }
    case 'relabel': {
      const next = { ...mentorship, pausedBecause: turn.because };
      return { change: { next, sessions: [] }, notices: [] };
    }
    case 'resume': {
      const change = resumed(terms, mentorship, await sessions.listOf(mentorship.mentorshipId));
      return { change, notices: resumedNotices(change), action: 'mentorship-resumed' };
    }
  }
}

function othersOf({ change, notices, action }: Told, now: Moment) {
  const { mentorshipId, learnerId, areaId, pausedBecause } = change.next;
  const messages = notices.map((message) => sendNotice(NOTICES_TABLE, message));
  if (action === undefined) return messages;
  const entry = auditEntry(AUDIT_TABLE, {
    at: timestamp(now),
    actor: { kind: 'rules' },
    ...{ action, learnerId, areaId, subjects: [mentorshipId] },
    details: pausedBecause === undefined ? [] : [pausedBecause],
  });
  return [...messages, entry];
}
