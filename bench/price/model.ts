import { fixed, secretsOf } from '../../bin/cost-lines.ts';
import { assumed } from '../../bin/cost-load.ts';
import { byTiers, type PricesHere } from '../../bin/cost-prices.ts';
import { providersWithSecret } from '../../bin/rollout/secrets-file.ts';
import { metrics } from '../../functions/runtime/metric-names.ts';
import type { Region } from '../../regions/schema.ts';
import type { Counted } from './counted.ts';
import { year } from './year.ts';

/** One of the things that are paid for. */
export interface Share {
  readonly what: string;
  /** `learner`: in proportion to learners; `fixed`: whoever learns; `identity`: Cognito's active logins. */
  readonly kind: 'learner' | 'fixed' | 'identity';
  /** Dollars in a year, of all learners together. */
  readonly yearly: number;
}

const months = 12;
const secondsOfYear = 365 * 86_400;
/** Requests in a year of the pollers of one queue: five, of 20 s each. */
const pollsPerQueue = (5 * secondsOfYear) / 20;
/** Of an idle sweep and its fellows, each minute: read units (the list of jobs in `bench/capacity.ts`). */
const idleReadUnits = { minute: 57, fiveMinutes: 18, hour: 264 } as const;

/**
 * List prices of a year of a region with so many learners.
 *
 * @param countedBy - what an action comes to
 */
export function priceOf(
  region: Region,
  learners: number,
  prices: PricesHere,
  countedBy: (action: string) => Counted,
): readonly Share[] {
  const each = sumOfYear(countedBy);
  const of = (kind: Share['kind']) => (what: string, quantity: number, price: number) =>
    ({ what, kind, yearly: quantity * price }) satisfies Share;
  const perLearner = of('learner');
  const always = of('fixed');
  const identity = of('identity');
  const requests = each.requests * learners;
  const invocations = (each.requests + each.functions) * learners;
  const seconds =
    each.requests * assumed.apiSeconds + (each.functions * assumed.followerSeconds) / 2;
  const providers = region.providers.length;
  const queues = fixed.queues + providers * fixed.queuesPerProvider;
  const gigabytes = (kilobytes: number) => (kilobytes * learners) / 1024 / 1024;
  // Who looks is spread over the day's waking half; of each second with a request the first is traced.
  const waking = secondsOfYear / 2;
  const first = waking * (1 - Math.exp(-requests / waking));
  return [
    perLearner('API Gateway: requests', requests, prices.apiRequest),
    perLearner('Lambda: invocations', invocations, prices.lambdaRequest),
    perLearner('Lambda: GB-seconds', seconds * learners, prices.lambdaGbSecond),
    perLearner('DynamoDB: read units', each.readUnits * learners, prices.readUnit),
    perLearner('DynamoDB: write units', each.writeUnits * learners, prices.writeUnit),
    perLearner(
      'DynamoDB: rows and backup',
      gigabytes(assumed.rowsKb) * months,
      prices.tableGb + prices.backupGb,
    ),
    perLearner('S3: papers', gigabytes(each.papers * assumed.paperMb * 1024) * 2, prices.objectGb),
    perLearner('SQS: messages', each.messages * 3 * learners, prices.queueRequest),
    perLearner('SES: mails', each.mails * learners, prices.mail),
    perLearner('Data out', gigabytes(each.requests * assumed.answerKb), prices.outGb),
    perLearner(
      'CloudWatch: logs',
      gigabytes((each.requests + each.functions) * loggedKb),
      prices.logGb,
    ),
    perLearner('X-Ray: traces', first + Math.max(0, requests - first) * 0.05, prices.trace),
    always('CloudWatch: alarms', (fixed.alarms + providers) * months, prices.alarm),
    always('CloudWatch: own metrics', Object.keys(metrics).length * months, prices.metric),
    always(
      'Secrets Manager: secrets',
      secretsOf(providersWithSecret(region)) * months,
      prices.secret,
    ),
    always('SQS: pollers', queues * pollsPerQueue, prices.queueRequest),
    always('Lambda: jobs', fixed.runs * months * (fixed.runSeconds / 2), prices.lambdaGbSecond),
    always('Lambda: runs of jobs', fixed.runs * months, prices.lambdaRequest),
    always('DynamoDB: what jobs look for', idleUnits(), prices.readUnit),
    {
      what: 'Cognito: learners',
      kind: 'identity',
      yearly: byTiers(prices.cognitoLite, learners * assumed.activeShare) * months,
    },
    identity(
      'Cognito: staff',
      (learners / assumed.learnersPerStaff) * months,
      prices.cognitoPlus[0]?.each ?? 0,
    ),
  ];
}

/** Kilobytes of log lines of an invocation: our own line, and those of Lambda. */
const loggedKb = 1;

function idleUnits(): number {
  const { minute, fiveMinutes, hour } = idleReadUnits;
  return 365 * 24 * (60 * minute + 12 * fiveMinutes + hour);
}

/** What a learner's year comes to. */
function sumOfYear(countedBy: (action: string) => Counted) {
  const sum = {
    requests: 0,
    functions: 0,
    readUnits: 0,
    writeUnits: 0,
    messages: 0,
    mails: 0,
    papers: 0,
  };
  for (const [action, times] of Object.entries(year)) {
    const counted = countedBy(action);
    if (/^[A-Z]+ \//.test(action)) sum.requests += times;
    if (action === 'POST /me/papers') sum.papers += times;
    sum.functions += times * counted.functions;
    sum.readUnits += times * counted.readUnits;
    sum.writeUnits += times * counted.writeUnits;
    sum.messages += times * counted.messages;
    sum.mails += times * counted.mails;
  }
  return sum;
}
