import { retentionStore as casesKept } from '../eligibility/retention.store.ts';
import { retentionStore as reportsKept } from '../mentoring/retention.store.ts';
import { weighedHoldStore } from '../mentoring/weighed-hold.store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { isTime, type RemainingTime } from '../runtime/job.ts';
import { describeError, log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { privacyEnvironments } from './contract.ts';
import { dayBefore } from './retention.rules.ts';

const environment = readEnvironment(privacyEnvironments.due);
const cases = casesKept(environment.ELIGIBILITY_TABLE);
const holds = weighedHoldStore(environment.MENTORING_TABLE);
const reports = reportsKept(environment.MENTORING_TABLE);

/**
 * Forgets what has been kept for as long as the region file says and has no other end: applications that are closed, and
 * safeguarding reports that are decided. What has ends of its own is in docs/privacy.md.
 *
 * @returns how many of the lists could not be looked at; the next run does
 */
export async function forgetOld(clock: RemainingTime): Promise<number> {
  const moment = now();
  const forgetting = {
    applications: () =>
      cases.forget(
        dayBefore(region, 'applications', moment).toString(),
        () => isTime(clock),
        // Edge case 35: nothing about whom an open report concerns goes.
        async (learnerId) => [(await holds.weigh(learnerId, undefined)).rest],
      ),
    reports: () =>
      reports.forget(dayBefore(region, 'reports', moment).toString(), () => isTime(clock)),
  };
  let failed = 0;
  for (const [code, forget] of Object.entries(forgetting)) {
    try {
      const count = await forget();
      if (count > 0) log.info('old rows forgotten', { code, count });
    } catch (error) {
      log.error('old rows not forgotten', { code, ...describeError(error) });
      failed += 1;
    }
  }
  return failed;
}
