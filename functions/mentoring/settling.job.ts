import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import { LearnerId, MentorId } from '../identity/contract.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { type Message, sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { changeStore } from './change.store.ts';
import { mentoringEnvironments } from './contract.ts';
import { backWithRest } from './handover.rules.ts';
import { holdStore, type SeenHold, toHold } from './hold.store.ts';
import { endingNotices, pausedNotices, resumedNotices } from './invitation.rules.ts';
import { menteeStore } from './mentee.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { type Change, termsOf } from './mentorship.rules.ts';
import { mentorshipStore, type SeenMentorship } from './mentorship.store.ts';
import type { Hold, PersonId } from './report.rules.ts';
import { reportStore } from './report.store.ts';
import { requestStore } from './request.store.ts';
import { sessionStore } from './session.store.ts';
import { settled } from './settling.rules.ts';
import { heldBecause } from './standing.rules.ts';
import { standingStore } from './standing.store.ts';
import type { MentorshipId } from './words.contract.ts';

const environment = readEnvironment(mentoringEnvironments.due);
const { MENTORING_TABLE: table, NOTICES_TABLE } = environment;
const holds = holdStore(table);
const reports = reportStore(table);
const standings = standingStore({
  mentoring: table,
  identity: environment.IDENTITY_TABLE,
  eligibility: environment.ELIGIBILITY_TABLE,
});
const mentees = menteeStore(table);
const mentorships = mentorshipStore(table);
const requests = requestStore(table);
const sessions = sessionStore(table);
const changes = changeStore(table);

/**
 * What reports leave to be done about somebody's mentorships (edge case 35): who is affected hears that they are paused;
 * once all is decided, they go on or end. Each is a transaction that another report makes fail, and what is left the next
 * run finds, so a crash in between does no harm. Capacity: 8 read units for each mentorship, and what `changeStore` writes.
 *
 * @param row - a hold, as the index of what is due has it, which lags: its row decides
 */
export async function settleHold(row: Record<string, unknown>): Promise<void> {
  const { personId } = toHold(row).hold;
  await anew(async () => (await tell(await holds.read(personId))) || undefined);
  const seen = await holds.read(personId);
  const { hold } = seen;
  if (hold.settling === undefined) return;
  for (const { mentorship } of await ongoingOf(hold)) {
    const done = await anew(() => settleOne(seen, mentorship.mentorshipId));
    if (done === 'changed') return;
  }
  const next = { ...hold, settling: undefined };
  await transact([holds.change(next, seen, timestamp(now()))]);
}

/** False where the hold has changed meanwhile. */
async function tell(seen: SeenHold): Promise<boolean> {
  const { hold } = seen;
  if (hold.untold.length === 0) return true;
  const found = await Promise.all(hold.untold.map((id) => mentorships.read(id)));
  const isMentor = hold.personId.startsWith('mnt_');
  const messages = found.flatMap((one) =>
    // A mentor who is suspended was told once, and of all.
    one === undefined
      ? []
      : pausedNotices(one.mentorship).filter(({ to }) => to.kind !== 'mentor' || !isMentor),
  );
  const next = holds.change({ ...hold, untold: [] }, seen, timestamp(now()));
  return (await transact([next, ...told(messages)])).done;
}

/** Undefined where the mentorship has changed meanwhile; `changed` where a hold has. */
async function settleOne(
  seen: SeenHold,
  id: MentorshipId,
): Promise<'done' | 'changed' | undefined> {
  const row = await mentorships.read(id);
  if (row === undefined) return 'done';
  const { hold } = seen;
  const { mentorship } = row;
  const [other, held, standing] = await Promise.all([
    holds.read(otherSide(hold.personId, mentorship)),
    sessions.listOf(id),
    standings.read(mentorship),
  ]);
  // Then it goes on, or ends, when the reports about the other side are decided.
  if (hold.settling === 'resume' && other.hold.accused.length > 0) return 'done';
  const terms = termsOf(region, mentorship, now());
  const because = heldBecause(region, standing, terms.now);
  const change = settled(terms, hold, mentorship, held, because);
  if (change === undefined) return 'done';
  const others = await alongWith(seen, row, change);
  const kept = await changes.keep(terms, row, change, { others });
  if (kept === 'kept') return 'done';
  return kept === 'refused' ? 'changed' : undefined;
}

/** What goes with the end of a mentorship, or with its going on. */
async function alongWith(
  seen: SeenHold,
  { mentorship }: SeenMentorship,
  change: Change,
): Promise<TransactItem[]> {
  const { personId } = seen.hold;
  const { next } = change;
  if (next.state !== 'ended') {
    const free = holds.isFree(otherSide(personId, mentorship));
    const messages = next.state === 'active' ? resumedNotices(change) : [];
    return [holds.isStill(seen), free, ...told(messages)];
  }
  // What remains is the learner's, unless the report was about them (edge case 28).
  const isLearner = personId === mentorship.learnerId;
  const request = isLearner ? undefined : await requests.read(mentorship.learnerId);
  const back = backWithRest(request, next);
  return [
    holds.isStill(seen),
    mentees.free(mentorship.mentorId),
    ...(back === undefined ? [] : [requests.change(back)]),
    ...told(endingNotices(change, back !== undefined)),
  ];
}

const told = (messages: readonly Message[]): TransactItem[] =>
  messages.map((message) => sendNotice(NOTICES_TABLE, message));

const otherSide = (personId: PersonId, { learnerId, mentorId }: Mentorship) =>
  personId === mentorId ? learnerId : mentorId;

/** The mentorships that a hold is about; staff have none. */
async function ongoingOf({ personId }: Hold): Promise<readonly SeenMentorship[]> {
  const who = LearnerId.or(MentorId).safeParse(personId).data;
  return who === undefined ? [] : reports.ongoingOf(who);
}
