import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { isTime, type RemainingTime, sideBySide } from '../runtime/job.ts';
import { describeError, log } from '../runtime/logger.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { anew } from './attempt.store.ts';
import { lapse } from './consent.rules.ts';
import { consentStore, type Due, type Request } from './consent.store.ts';
import { identityEnvironments } from './contract.ts';
import { agesOf, dueDay, type Grown, growingOf, growUp, noticeOf } from './growing.rules.ts';
import { majorityBegins } from './guardian.rules.ts';
import { guardianStore, withFormer } from './guardian.store.ts';
import { outcomeStore } from './outcome.store.ts';
import { policyStore } from './policy.store.ts';
import { identityStore, type LearnerRecord } from './store.ts';

const environment = readEnvironment(identityEnvironments.consent);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices } = environment;
const learners = identityStore(table);
const requests = consentStore(table);
const guardians = guardianStore(table);
const policies = policyStore(table);
const outcomes = outcomeStore({ identity: table, notices }, region);

/** Rows that are worked on side by side. */
const abreast = 10;
/**
 * Does what a day brings: requests for consent whose time is over are purged, whoever reached the consent age is
 * asked for their own, reminded of it and stopped without it, and guardians leave whoever comes of age, having heard
 * in time that a child without a login needs one (edge cases 3 and 4). Each row is taken anew and
 * in a transaction of its own, so a run that is cut short leaves the rest to the next. One of 580 seconds does 35,000,
 * at three requests and so 15 ms of the 0.3 processors of 512 MB each: more than have their birthday in a month.
 *
 * @throws {Error} some rows could not be dealt with; they stay due
 */
export async function handler(_event: unknown, clock: RemainingTime): Promise<void> {
  const today = dayIn(region, now());
  const daily = await workOff(requests.listDue({ last: today.toString() }), clock, settle);
  log.info('consents looked at', { count: daily.done });
  // What is due by today has just been looked at, or is at the next run.
  const failed = daily.failed + (await followPolicies(today.add({ days: 1 }).toString(), clock));
  if (failed > 0) throw new Error(`${failed} rows stay due; the log says why`);
}

/**
 * Days are stored when they are computed. So that a policy that was written since ends a guardian's access on its own
 * day, and not on one that no longer counts, all that are stored are looked at once after each change of the ages. A
 * row whose next day stays as it is needs nothing: that day comes before any other, and sets the rest right.
 *
 * @param first - the first day to look at
 * @returns how many rows could not be moved; the next run looks at all again, as it does where time ran out
 */
async function followPolicies(first: string, clock: RemainingTime): Promise<number> {
  const ages = agesOf(region);
  if ((await policies.readAges()) === ages) return 0;
  const { done, failed, complete } = await workOff(requests.listDue({ first }), clock, move);
  log.info('days followed policies', { count: done });
  if (failed === 0 && complete) await policies.keepAges(ages);
  return failed;
}

/** Does it for each row, several side by side, as long as there is time; `complete` where it has seen all. */
async function workOff(
  pages: AsyncIterable<readonly Due[]>,
  clock: RemainingTime,
  work: (due: Due) => Promise<void>,
) {
  let [done, failed] = [0, 0];
  for await (const page of pages) {
    if (!isTime(clock)) return { done, failed, complete: false };
    const missed = await sideBySide(page, abreast, (due) => counted(() => work(due)));
    failed += missed;
    done += page.length - missed;
  }
  return { done, failed, complete: true };
}

/** 1 where it failed, which stops no other's. */
async function counted(work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    log.error('row stays due', describeError(error));
    return 1;
  }
}

async function settle(due: Due): Promise<void> {
  switch (due.kind) {
    case 'request':
      return end(due.request);
    case 'learner':
      return grow(due.record);
    case 'unreadable':
      throw due.error;
  }
}

/** Looks at a learner whose day is another by the policies in force. */
async function move(due: Due): Promise<void> {
  if (due.kind === 'request') return;
  if (due.kind === 'learner' && due.dueOn === dueDay(region, growingOf(due.record))) return;
  await settle(due);
}

/** The index lags, so the row itself is asked (edge case 40); what changes meanwhile is due again at the next run. */
async function end({ consentId }: Request): Promise<void> {
  const request = await requests.readRequest(consentId);
  const next = request && lapse(region, request, now());
  if (request !== undefined && next !== undefined) await outcomes.settle(request, next, now());
}

async function grow({ profile: { learnerId } }: LearnerRecord): Promise<void> {
  await anew(async () => {
    const record = await learners.readRecord(learnerId);
    if (record === undefined) return 'gone';
    const moment = now();
    const grown = growUp(region, growingOf(record), dayIn(region, moment));
    const subs = record.guardians > 0 ? await learners.guardiansOf(learnerId) : [];
    const next = grownRecord(record, grown, timestamp(moment));
    const forgotten = forgets(grown) ? withFormer(next, subs) : next;
    const kept = await learners.keep([
      learners.putRecord(forgotten, dueDay(region, grown)),
      ...grown.told.map((told) => sendNotice(notices, noticeOf(learnerId, told))),
      ...movedLinks(record, grown, subs),
    ]);
    return kept ? 'kept' : undefined;
  });
}

function grownRecord(record: LearnerRecord, grown: Grown, at: string): LearnerRecord {
  const { guardians: count, own, endTold } = grown;
  const profile = { ...record.profile, consent: { state: grown.consent } };
  // What follows from consent is found by when that changed last.
  const updatedAt = grown.consent === record.profile.consent.state ? record.updatedAt : at;
  return { ...record, profile, guardians: count, own, endTold, updatedAt };
}

const forgets = ({ cameOfAge, ownLogin }: Grown): boolean => cameOfAge && ownLogin;

/**
 * The guardians' links: forgotten at majority, but those to a learner without a login, who would have nobody to give
 * them one; until then kept to the day on which the policy in force has it.
 */
function movedLinks({ profile }: LearnerRecord, grown: Grown, subs: readonly Sub[]) {
  const { learnerId, birthDate } = profile;
  if (forgets(grown)) return guardians.endLinks(learnerId, subs, epochSeconds(now()));
  return guardians.moveEnds(learnerId, subs, epochSeconds(majorityBegins(region, birthDate)));
}
