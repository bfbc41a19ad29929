import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { AreaId } from '../../regions/schema.ts';
import { retentionStore } from '../documents/retention.store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import { region } from '../runtime/region.ts';
import { consumeStream } from '../runtime/stream.ts';
import { eligibilityEnvironments } from './contract.ts';
import { areasToPromote, offerPlace } from './offer.rules.ts';
import { offerStore } from './offer.store.ts';
import { quotaToday } from './quota.rules.ts';
import { recordStore } from './record.store.ts';
import { readApplication } from './store.ts';
import { tallyOf } from './tally.rules.ts';

const environment = readEnvironment(eligibilityEnvironments.offer);
const offers = offerStore(environment.ELIGIBILITY_TABLE);
const records = recordStore({
  audit: environment.AUDIT_TABLE,
  notices: environment.NOTICES_TABLE,
});

const papers = retentionStore(environment.DOCUMENTS_TABLE, region);

/** Offers that one change makes at most: each place that is freed is a change of its own. */
const offersAtOnce = 10;

/**
 * Applications of this capability's own stream: a decision says how long its papers are kept, and a place that was
 * given back is offered to who waits longest.
 */
export const handler = consumeStream(async ({ before, after }) => {
  const [was, is] = [before, after].map((row) => row && readApplication(row).application);
  measure(tallyOf(was, is));
  if (is?.decision !== undefined && is.decision.decidedAt !== was?.decision?.decidedAt)
    await papers.keepForDecision(is.learnerId, is.decision.decidedAt);
  const areas = areasToPromote(was, is);
  for (const areaId of areas) await promote(areaId);
});

async function promote(areaId: AreaId): Promise<void> {
  const moment = now();
  const count = await offers.promote({
    areaId,
    capacities: quotaToday(region, areaId, moment),
    most: offersAtOnce,
    today: dayIn(region, moment).toString(),
    offer: (waiting) => offerPlace(region, waiting, moment),
    also: (step) => records.stepped(step, 'rules', timestamp(moment)),
  });
  if (count > 0) log.info('places offered', { count });
}
