import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { AuditAction } from '../audit/contract.ts';
import { toRecord } from '../identity/store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Busy } from '../runtime/errors.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { consumeStream } from '../runtime/stream.ts';
import { type ApplicationId, eligibilityEnvironments } from './contract.ts';
import { type Changed, type Effect, followLearner, type ProfileChange } from './learner.rules.ts';
import { quotaToday } from './quota.rules.ts';
import { quotaStore } from './quota.store.ts';
import { recordStore } from './record.store.ts';
import { eligibilityStore, type Versioned } from './store.ts';

const environment = readEnvironment(eligibilityEnvironments.learner);
const table = environment.ELIGIBILITY_TABLE;
const records = recordStore({
  audit: environment.AUDIT_TABLE,
  notices: environment.NOTICES_TABLE,
});
const applications = eligibilityStore(table);
const quota = quotaStore(table);

/** Times that an application is looked at anew: each effect is one, and so is each time that others were quicker. */
const attempts = 8;

/** Learners' rows of identity's stream: consent, area, name and birthday change what was approved on them. */
export const handler = consumeStream(async ({ before, after }) => {
  // Beside a learner's profile lie who may act for them and the proofs of consent.
  if (after?.['sk'] !== 'PROFILE') return;
  const { profile, version } = toRecord(after);
  const change: ProfileChange = {
    before: before === undefined ? undefined : toRecord(before).profile,
    after: profile,
    version,
  };
  for (const id of await applications.countingFor(profile.learnerId)) await follow(id, change);
});

/** @throws {Busy} others changed the application all the time; the stream brings the change again */
async function follow(id: ApplicationId, change: ProfileChange): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const seen = await applications.read(id);
    if (seen === undefined) return;
    const effect = followLearner(region, seen.application, change, now());
    if (effect === undefined) return;
    if (await keep(seen, effect)) log.info('learner followed', { applicationId: id });
  }
  throw new Busy();
}

/** Whether it was kept; not where the application changed meanwhile. */
async function keep(seen: Versioned, effect: Effect): Promise<boolean> {
  const moment = now();
  const today = dayIn(region, moment).toString();
  const along = (action: AuditAction, { next, told }: Changed) =>
    records.recorded(next, { actor: { kind: 'rules' }, action }, timestamp(moment), told);
  if (effect.kind === 'change') {
    const kept = await quota.keepChange(seen, effect.next, today, along(effect.action, effect));
    return kept !== undefined;
  }
  const { placed, unplaced } = effect;
  const moved = await quota.keepMoved({
    seen,
    placed: placed.next,
    unplaced: unplaced.next,
    capacities: quotaToday(region, placed.next.areaId, moment),
    today,
    also: (next) =>
      along('moved', { ...(next.state === placed.next.state ? placed : unplaced), next }),
  });
  return moved !== undefined;
}
