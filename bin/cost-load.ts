import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { dayIn, policyOn, quotaOn } from '../regions/calendar.ts';
import type { Region } from '../regions/schema.ts';
import { providersWithSecret } from './rollout/secrets-file.ts';

/**
 * What learners do in a month, where nobody has measured yet: assumptions, on the high side. A region that runs sees its
 * own on the dashboard.
 */
export const assumed = {
  /** Of the learners, those who sign in within a month. */
  activeShare: 0.6,
  /** Requests of one who does: ten visits of twelve. */
  requests: 120,
  /** Of the requests, those that change something. */
  writingShare: 0.1,
  /** Capacity units of DynamoDB: a request reads rows of caller, learner and answer; a change is a transaction. */
  readUnits: 3,
  writeUnits: 12,
  /** Functions that follow a change, by stream or queue. */
  followers: 3,
  /** Seconds that a function runs: for a request, and for what follows or is scheduled. */
  apiSeconds: 0.06,
  followerSeconds: 0.15,
  /** Kilobytes that an answer and its log lines have, and the rows of a learner. */
  answerKb: 4,
  logKb: 2,
  rowsKb: 25,
  /** Mails to a learner in a month. */
  mails: 2,
  /** Papers of a newcomer, and megabytes of each. */
  papers: 2,
  paperMb: 1.5,
  /** A member of staff for so many learners, and this many at least in each area. */
  learnersPerStaff: 200,
  staffPerArea: 3,
  /** Where quotas are unlimited: learners for each request per second that the throttle lets through. */
  learnersPerRequest: 35,
} as const;

/** Reads the switches that cost; a region file says nothing of those that its schema does not have. */
const Switches = z.object({
  firewall: z.object({ api: z.unknown().optional() }).optional(),
  threatProtection: z.enum(['lite', 'essentials', 'plus']).default('lite'),
  keys: z.enum(['aws', 'own']).default('aws'),
});

/** What a region is expected to do in a month. */
export interface Load {
  readonly learners: number;
  /** Where the number of learners is from. */
  readonly learnersFrom: string;
  readonly active: number;
  readonly newcomers: number;
  readonly staff: number;
  readonly requests: number;
  readonly writes: number;
  readonly providers: number;
  /** Of them, those that have a key of ours, or we of theirs. */
  readonly providersWithSecret: number;
  readonly logDays: number;
  readonly paperDays: number;
  readonly plan: 'lite' | 'essentials' | 'plus';
  readonly firewall: 'none' | 'pools' | 'pools and API';
  readonly ownKey: boolean;
}

export interface LoadOptions {
  /** How many take part; absent: as many as the quotas admit. */
  readonly learners?: number | undefined;
  /** The day whose policy counts; absent: today. */
  readonly day?: Temporal.PlainDate | undefined;
}

/** The load that a region file lets expect. */
export function expectedLoad(region: Region, options: LoadOptions = {}): Load {
  const day = options.day ?? dayIn(region, Temporal.Now.instant());
  const policy = policyOn(region, day);
  const { learners, learnersFrom } = learnersOf(region, day, options.learners);
  const active = Math.ceil(learners * assumed.activeShare);
  const requests = active * assumed.requests;
  const { threatProtection, firewall, keys } = Switches.parse(region.deployment);
  return {
    learners,
    learnersFrom,
    active,
    newcomers: Math.ceil(learners / policy.approvalMonths),
    staff: Math.max(
      Math.ceil(learners / assumed.learnersPerStaff),
      region.areas.length * assumed.staffPerArea,
    ),
    requests,
    writes: requests * assumed.writingShare,
    providers: region.providers.length,
    providersWithSecret: providersWithSecret(region),
    logDays: region.deployment.logDays.application,
    paperDays: policy.deadlines.documents,
    plan: threatProtection,
    firewall:
      firewall === undefined ? 'none' : firewall.api === undefined ? 'pools' : 'pools and API',
    ownKey: keys === 'own',
  };
}

/** Of areas with a quota as many as that admits, those of partners included; of the others as the throttle allows. */
function learnersOf(region: Region, day: Temporal.PlainDate, said: number | undefined) {
  if (said !== undefined) return { learners: said, learnersFrom: 'as you said' };
  const quotas = region.areas.map(({ id }) => quotaOn(region, id, day));
  const bounded = quotas.reduce<number>((sum, quota = 0) => sum + quota, 0);
  const unbounded = quotas.filter((quota) => quota === undefined).length;
  if (unbounded === 0) return { learners: bounded, learnersFrom: 'as many as the quotas admit' };
  const { requestsPerSecond } = region.deployment.throttle;
  const { learnersPerRequest } = assumed;
  const guess = `${learnersPerRequest} for each of ${requestsPerSecond} requests per second`;
  return {
    // The throttle is for all together; the quotas of some may be more than that.
    learners: Math.max(requestsPerSecond * learnersPerRequest, bounded),
    learnersFrom: `quotas of ${unbounded} areas are unlimited: ${guess}; say --learners`,
  };
}
