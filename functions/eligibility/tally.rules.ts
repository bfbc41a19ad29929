import type { MetricName } from '../runtime/metric-names.ts';
import type { Application, ApplicationState } from './application.contract.ts';

const metricOf: Readonly<Record<ApplicationState, MetricName>> = {
  waiting: 'ApplicationsWaiting',
  waitlisted: 'ApplicationsWaitlisted',
  offered: 'ApplicationsOffered',
  approved: 'ApplicationsApproved',
  suspended: 'ApplicationsSuspended',
  rejected: 'ApplicationsRejected',
  lapsed: 'ApplicationsLapsed',
  ended: 'ApplicationsEnded',
};

/** What a change of an application counts as: that it came into a state. */
export function tallyOf(
  was: Application | undefined,
  is: Application | undefined,
): Readonly<Partial<Record<MetricName, number>>> {
  return is === undefined || is.state === was?.state ? {} : { [metricOf[is.state]]: 1 };
}
