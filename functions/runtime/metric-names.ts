/** Metrics that are no counts, with their units: what a function needs to know in order to write any. */
export const measuredIn = { CanaryDuration: 'Milliseconds' } as const;

/**
 * Every metric that functions write, with its unit. Each is one of the whole region, without any dimension but it, and
 * costs 0.30 USD a month (Amazon CloudWatch pricing, custom metrics): whatever AWS counts by itself is not among them.
 */
export const metrics = {
  CanaryFailures: 'Count',
  ...measuredIn,
  /** Applications that came into a state. */
  ApplicationsWaiting: 'Count',
  ApplicationsWaitlisted: 'Count',
  ApplicationsOffered: 'Count',
  ApplicationsApproved: 'Count',
  ApplicationsSuspended: 'Count',
  ApplicationsRejected: 'Count',
  ApplicationsLapsed: 'Count',
  ApplicationsEnded: 'Count',
  /** Places that learners took, gave back or lost, and waits for a seat that began. */
  PlacesTaken: 'Count',
  PlacesEnded: 'Count',
  WaitsBegun: 'Count',
  MentorsAskedFor: 'Count',
  MentorshipsBegun: 'Count',
  SessionsTold: 'Count',
  /** Deletions of accounts that wait for longer than they should, as each run of the job finds them. */
  DeletionsOverdue: 'Count',
  /** Pools of codes that run low, as each sweep finds them. */
  VouchersLow: 'Count',
  /** Providers that nobody asks, since they do not answer or were paused, as each sweep finds them. */
  ProvidersResting: 'Count',
  /** Learners who wait for the provider for whom most do, as the sweep counts them each five minutes. */
  AccountsWaiting: 'Count',
  /** Providers that answer to too few of their requests, as each sweep finds them. */
  ProvidersFailing: 'Count',
  /** Accounts at providers that somebody has to see to, as they come to the work list. */
  TasksOpened: 'Count',
  /** Accounts at a provider that nobody knows, and of ours that were not there as they should be, as it is compared. */
  OrphansFound: 'Count',
  ReconciliationRepairs: 'Count',
} as const;
export type MetricName = keyof typeof metrics;

/** The namespace of all of them, and their one dimension, whose value is the region's id. */
export const metricNamespace = 'Ladder';
export const metricDimension = 'Region';
