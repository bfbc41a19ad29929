import { readApplication } from '../eligibility/store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { consumeStream } from '../runtime/stream.ts';
import { approvalOf } from './approval.rules.ts';
import { approvalStore } from './approval.store.ts';
import { enrolmentEnvironments } from './contract.ts';

const environment = readEnvironment(enrolmentEnvironments.approval);
const store = approvalStore(
  { enrolment: environment.ENROLMENT_TABLE, notices: environment.NOTICES_TABLE },
  region,
);

/**
 * Applications of the eligibility table's stream: an approval opens the learner's places, and what becomes of
 * it becomes of them.
 */
export const handler = consumeStream(async ({ after }) => {
  if (after === undefined) return;
  const { application } = readApplication(after);
  const approval = approvalOf(application);
  if (approval === undefined) return;
  const { learnerId, applicationId } = application;
  await store.recordApproval(learnerId, approval, now());
  log.info('approval recorded', { learnerId, applicationId });
});
