import { erasureStore } from '../enrolment/erasure.store.ts';
import { erasureStore as accountsErasure } from '../provisioning/erasure.store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { type Erasure, erased, waits } from '../runtime/erasing.ts';
import { region } from '../runtime/region.ts';
import { privacyEnvironments } from './contract.ts';
import type { EnrolmentShown } from './export.contract.ts';
import { enrolmentShown, shownWithin } from './export.rules.ts';
import { AskEnrolment } from './keeper.contract.ts';
import { keeping } from './keeping.job.ts';
import { restsStore } from './rests.store.ts';

const environment = readEnvironment(privacyEnvironments.enrolment);
const tables = { enrolment: environment.ENROLMENT_TABLE, notices: environment.NOTICES_TABLE };
const places = erasureStore(tables, region);
const accounts = accountsErasure(environment.PROVISIONING_TABLE);
const holds = restsStore(environment.MENTORING_TABLE);

/** Shows or erases what enrolment keeps of a learner, and provisioning of their accounts, which are found by their places. */
export const handler = keeping(AskEnrolment, async (asked) =>
  asked.ask === 'show' ? show(asked) : erase(asked),
);

async function show({ learnerId, parts }: Asked<'show'>): Promise<EnrolmentShown> {
  const [enrolment, provisioning] = await Promise.all([
    parts.includes('enrolment') ? places.placesOf(learnerId).then(enrolmentShown) : undefined,
    parts.includes('provisioning')
      ? places.providersOf(learnerId).then((providers) => accounts.dataOf(learnerId, providers))
      : undefined,
  ]);
  return shownWithin({ enrolment, provisioning });
}

async function erase({ subject, judgedAt, last }: Asked<'erase'>): Promise<Erasure> {
  const { learnerId } = subject;
  if (learnerId === undefined) return erased;
  const rests = await holds.restsOf(subject, judgedAt);
  if (rests === undefined) return waits('report');
  const ended = await places.end(learnerId, now());
  if (ended.kind !== 'done') return ended;
  const providers = await places.providersOf(learnerId);
  const gone = await accounts.erase(learnerId, providers, rests);
  return gone.kind === 'done' ? places.erase(learnerId, last, rests) : gone;
}

type Asked<Ask extends AskEnrolment['ask']> = Extract<AskEnrolment, { readonly ask: Ask }>;
