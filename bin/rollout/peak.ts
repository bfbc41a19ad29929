import { crewAt } from '../../functions/provisioning/contract.ts';
import type { Region } from '../../regions/schema.ts';

/** What a region asks of its account at its busiest moment. */
export interface Peak {
  /** Executions of functions at the same time. */
  readonly concurrency: number;
  /** Sign-ups in a second: each is two requests to the pool, `SignUp` and `ConfirmSignUp`. */
  readonly creations: number;
  /** Sign-ins in a second. */
  readonly authentications: number;
}

/** Seconds that a request keeps a function busy, with what it sets off on streams and queues. */
const secondsPerRequest = 0.25;

/** Executions that jobs may need beside the requests, and workers beside those of the providers' queues. */
const background = 20;

/** Requests to the API for each newcomer: profile, application, papers, choices, and looking at them. */
const requestsPerNewcomer = 40;

/** Requests to the API for each sign-in. */
const requestsPerSignIn = 10;

/** Share of the learners who come in the first hour of an opening day (domain.md row 4). */
const firstHour = 0.2;

/**
 * The load that a region file announces. The bound is the API's throttle: what is above it is answered 429 before it
 * costs anything. A region with a quota of learners never sees more of them than that.
 */
export function peakOf(region: Region): Peak {
  const { requestsPerSecond } = region.deployment.throttle;
  const learners = learnersOf(region);
  const perSecond = (learners * firstHour) / 3600;
  const newcomers = Math.min(requestsPerSecond / requestsPerNewcomer, perSecond);
  const visitors = Math.min(requestsPerSecond / requestsPerSignIn, Math.max(1, perSecond * 4));
  const workers = region.providers.reduce((sum, provider) => sum + crewAt(provider).workers, 0);
  return {
    concurrency: Math.ceil(requestsPerSecond * secondsPerRequest) + background + workers,
    creations: Math.ceil(newcomers * 2),
    authentications: Math.ceil(visitors),
  };
}

/** The largest quota that any of the policies has; infinite when one has none. */
function learnersOf({ policies, areas }: Region): number {
  const quotas = policies.map(({ quota }) => {
    if (quota === 'unlimited') return Number.POSITIVE_INFINITY;
    const seats = areas.map(({ id }) => quota.areas?.[id] ?? quota.perArea);
    return seats.reduce((sum, one) => sum + one, 0);
  });
  return Math.max(...quotas);
}
