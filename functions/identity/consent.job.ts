import { dayIn, timestamp } from '../../regions/calendar.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/logger.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { lapse } from './consent.rules.ts';
import { consentStore, type Due, type Request } from './consent.store.ts';
import { identityEnvironments } from './contract.ts';
import { dueDay, growUp, majorityBegins } from './guardian.rules.ts';
import { guardianStore } from './guardian.store.ts';
import { outcomeStore } from './outcome.store.ts';
import { identityStore, type LearnerRecord } from './store.ts';

const environment = readEnvironment(identityEnvironments.consent);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices } = environment;
const learners = identityStore(table);
const requests = consentStore(table);
const guardians = guardianStore(table);
const outcomes = outcomeStore({ identity: table, notices }, region);

/**
 * Does what a day brings: requests for consent whose time is over are purged, whoever reached the consent age is
 * asked for their own, and guardians leave whoever came of age (edge cases 3 and 4). Each row is taken anew and
 * in a transaction of its own, so a run that is cut short leaves the rest to the next.
 *
 * @throws {Error} some rows could not be dealt with; they stay due
 */
export async function handler(): Promise<void> {
  let [done, failed] = [0, 0];
  for await (const page of requests.listDue(dayIn(region, now()).toString())) {
    for (const due of page) {
      if (await settled(due)) done += 1;
      else failed += 1;
    }
  }
  log.info('consents looked at', { count: done });
  if (failed > 0) throw new Error(`${failed} rows stay due; the log says why`);
}

/** One row's failure stops no other's. */
async function settled(due: Due): Promise<boolean> {
  try {
    if (due.kind === 'request') await end(due.request);
    else await grow(due.record);
    return true;
  } catch (error) {
    log.error('row stays due', describeError(error));
    return false;
  }
}

/** The index lags, so the row itself is asked (edge case 40); what changes meanwhile is due again at the next run. */
async function end({ consentId }: Request): Promise<void> {
  const request = await requests.readRequest(consentId);
  const next = request && lapse(region, request, now());
  if (request !== undefined && next !== undefined) await outcomes.settle(request, next, now());
}

async function grow({ profile: { learnerId } }: LearnerRecord): Promise<void> {
  const record = await learners.readRecord(learnerId);
  if (record === undefined) return;
  const { birthDate, consent } = record.profile;
  const moment = now();
  const known = { birthDate, consent: consent.state, guardians: record.guardians };
  const grown = growUp(region, known, dayIn(region, moment));
  const profile = { ...record.profile, consent: { state: grown.consent } };
  const changed = { profile, guardians: grown.guardians, updatedAt: timestamp(moment) };
  const asked = grown.consent !== consent.state;
  await learners.keep([
    learners.putRecord({ ...record, ...changed }, dueDay(region, grown)),
    ...(asked ? [tell('own-consent-needed', record)] : []),
    ...(grown.cameOfAge ? [tell('majority-reached', record)] : []),
    ...(record.guardians > 0 ? await movedLinks(record, grown.cameOfAge) : []),
  ]);
}

function tell(kind: 'own-consent-needed' | 'majority-reached', { profile }: LearnerRecord) {
  const to = { kind: 'learner', learnerId: profile.learnerId } as const;
  return sendNotice(notices, { kind, to, facts: {} });
}

/** The guardians' links: forgotten at majority; else kept to the day on which the policy in force has it. */
async function movedLinks({ profile }: LearnerRecord, cameOfAge: boolean) {
  const { learnerId, birthDate } = profile;
  const subs = await learners.guardiansOf(learnerId);
  if (cameOfAge) return guardians.endLinks(learnerId, subs, epochSeconds(now()));
  return guardians.moveEnds(learnerId, subs, epochSeconds(majorityBegins(region, birthDate)));
}
