/**
 * Every metric that functions write: its unit, and when it is written. Each is one of the whole region, without any dimension
 * but it, and costs 0.30 USD a month, in proportion to the hours in which it is written (Amazon CloudWatch pricing, custom
 * metrics): whatever AWS counts by itself is not among them.
 *
 * `always`: by the clock, also when it is 0; `used`: when people do it; `trouble`: when it is not 0, which it should be.
 */
export const metrics = {
  CanaryFailures: { unit: 'Count', when: 'always' },
  /** Applications that came into a state. */
  ApplicationsWaiting: { unit: 'Count', when: 'used' },
  ApplicationsWaitlisted: { unit: 'Count', when: 'used' },
  ApplicationsOffered: { unit: 'Count', when: 'used' },
  ApplicationsApproved: { unit: 'Count', when: 'used' },
  ApplicationsSuspended: { unit: 'Count', when: 'used' },
  ApplicationsRejected: { unit: 'Count', when: 'used' },
  ApplicationsLapsed: { unit: 'Count', when: 'used' },
  ApplicationsEnded: { unit: 'Count', when: 'used' },
  /** Places that learners took, gave back or lost, and waits for a seat that began. */
  PlacesTaken: { unit: 'Count', when: 'used' },
  PlacesEnded: { unit: 'Count', when: 'used' },
  WaitsBegun: { unit: 'Count', when: 'used' },
  MentorsAskedFor: { unit: 'Count', when: 'used' },
  MentorshipsBegun: { unit: 'Count', when: 'used' },
  SessionsTold: { unit: 'Count', when: 'used' },
  /** Deletions of accounts that wait for longer than they should, as each run of the job finds them. */
  DeletionsOverdue: { unit: 'Count', when: 'trouble' },
  /** Pools of codes that run low, as each sweep finds them. */
  VouchersLow: { unit: 'Count', when: 'trouble' },
  /** Providers that nobody asks, since they do not answer or were paused, as each sweep finds them. */
  ProvidersResting: { unit: 'Count', when: 'always' },
  /** Learners who wait for the provider for whom most do, as the sweep counts them each five minutes. */
  AccountsWaiting: { unit: 'Count', when: 'always' },
  /** Providers that answer to too few of their requests, as each sweep finds them. */
  ProvidersFailing: { unit: 'Count', when: 'always' },
  /** Accounts at providers that somebody has to see to, as they come to the work list. */
  TasksOpened: { unit: 'Count', when: 'used' },
  /** Accounts at a provider that nobody knows, and of ours that were not there as they should be, as it is compared. */
  OrphansFound: { unit: 'Count', when: 'trouble' },
  ReconciliationRepairs: { unit: 'Count', when: 'trouble' },
} as const;
export type MetricName = keyof typeof metrics;

/** The namespace of all of them, and their one dimension, whose value is the region's id. */
export const metricNamespace = 'Ladder';
export const metricDimension = 'Region';
