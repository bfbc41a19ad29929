import { dayIn } from '../../regions/calendar.ts';
import { erasureStore } from '../eligibility/erasure.store.ts';
import { actingStore } from '../identity/acting.store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { type Erasure, erased, waits } from '../runtime/erasing.ts';
import { region } from '../runtime/region.ts';
import { privacyEnvironments } from './contract.ts';
import type { EligibilityShown } from './export.contract.ts';
import { applicationsShown, shownWithin } from './export.rules.ts';
import { AskEligibility } from './keeper.contract.ts';
import { keeping } from './keeping.job.ts';
import { restsStore } from './rests.store.ts';

const environment = readEnvironment(privacyEnvironments.eligibility);
const cases = erasureStore({
  eligibility: environment.ELIGIBILITY_TABLE,
  audit: environment.AUDIT_TABLE,
  notices: environment.NOTICES_TABLE,
});
const learners = actingStore(environment.IDENTITY_TABLE);
const holds = restsStore(environment.MENTORING_TABLE);

/** Shows or erases what eligibility keeps of a learner. */
export const handler = keeping(AskEligibility, async (asked) =>
  asked.ask === 'show' ? show(asked) : erase(asked),
);

async function show({ learnerId }: Asked<'show'>): Promise<EligibilityShown> {
  return shownWithin({ eligibility: applicationsShown(await cases.applicationsOf(learnerId)) });
}

async function erase({ subject, judgedAt }: Asked<'erase'>): Promise<Erasure> {
  const { learnerId } = subject;
  if (learnerId === undefined) return erased;
  const rests = await holds.restsOf(subject, judgedAt);
  if (rests === undefined) return waits('report');
  const record = await learners.readRecord(learnerId);
  const moment = now();
  const today = dayIn(region, moment).toString();
  return cases.erase(learnerId, record?.profile, { now: moment, today }, rests);
}

type Asked<Ask extends AskEligibility['ask']> = Extract<AskEligibility, { readonly ask: Ask }>;
