import { fixed, metricsAtATime, secretsOf } from '../../bin/cost-lines.ts';
import { assumed } from '../../bin/cost-load.ts';
import { byTiers, type Priced, type PricesHere, payer } from '../../bin/cost-prices.ts';
import { providersWithSecret } from '../../bin/rollout/secrets-file.ts';
import type { Region } from '../../regions/schema.ts';
import { budgets } from '../budgets.ts';
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

/**
 * List prices of a year of a region with so many learners.
 *
 * @param countedBy - what an action comes to
 * @param given - months of what AWS gives each account; of a year, in which months are taken to be alike
 */
export function priceOf(
  region: Region,
  learners: number,
  prices: PricesHere,
  countedBy: (action: string) => Counted,
  given = months,
): readonly Share[] {
  const each = sumOfYear(countedBy);
  const pay = payer(prices, given);
  // What AWS gives each account is used up by learners first.
  const of = (kind: Share['kind']) => (what: string, quantity: number, name: Priced) =>
    ({ what, kind, yearly: pay(name, quantity) }) satisfies Share;
  const perLearner = of('learner');
  const always = of('fixed');
  const requests = each.requests * learners;
  const invocations = (each.requests + each.functions) * learners;
  const seconds =
    each.requests * assumed.apiSeconds + (each.functions * assumed.followerSeconds) / 2;
  const providers = region.providers.length;
  const queues = fixed.queues + providers * fixed.queuesPerProvider;
  const gigabytes = (kilobytes: number) => (kilobytes * learners) / 1024 / 1024;
  return [
    perLearner('API Gateway: requests', requests, 'apiRequest'),
    perLearner('Lambda: invocations', invocations, 'lambdaRequest'),
    perLearner('Lambda: GB-seconds', seconds * learners, 'lambdaGbSecond'),
    perLearner('DynamoDB: read units', each.readUnits * learners, 'readUnit'),
    perLearner('DynamoDB: write units', each.writeUnits * learners, 'writeUnit'),
    perLearner('DynamoDB: rows', gigabytes(assumed.rowsKb) * months, 'tableGb'),
    perLearner('DynamoDB: rows, restorable', gigabytes(assumed.rowsKb) * months, 'backupGb'),
    perLearner('S3: papers', gigabytes(each.papers * assumed.paperMb * 1024) * 2, 'objectGb'),
    perLearner('SQS: messages', each.messages * 3 * learners, 'queueRequest'),
    perLearner('SES: mails', each.mails * learners, 'mail'),
    perLearner('Data out', gigabytes(each.requests * assumed.answerKb), 'outGb'),
    perLearner('CloudWatch: logs', gigabytes((each.requests + each.functions) * loggedKb), 'logGb'),
    always(
      'CloudWatch: alarms',
      (fixed.alarms + providers * fixed.alarmsPerProvider) * months,
      'alarm',
    ),
    always('CloudWatch: own metrics', metricsAtATime * months, 'metric'),
    always('CloudWatch: dashboards', fixed.dashboards * months, 'dashboard'),
    always('Secrets Manager: secrets', secretsOf(providersWithSecret(region)) * months, 'secret'),
    always('SQS: pollers', queues * pollsPerQueue, 'queueRequest'),
    always('Lambda: jobs', fixed.runs * months * (fixed.runSeconds / 2), 'lambdaGbSecond'),
    always('Lambda: runs of jobs', fixed.runs * months, 'lambdaRequest'),
    always('DynamoDB: what jobs look for', idleUnits(), 'readUnit'),
    {
      what: 'Cognito: learners',
      kind: 'identity',
      yearly: byTiers(prices.cognitoLite, learners * assumed.activeShare) * months,
    },
    {
      what: 'Cognito: staff',
      kind: 'identity',
      yearly: byTiers(prices.cognitoPlus, learners / assumed.learnersPerStaff) * months,
    },
  ];
}

/** Kilobytes of log lines of an invocation: our own line, and those of Lambda. */
const loggedKb = 1;

function idleUnits(): number {
  const { minute, fiveMinutes, hour } = budgets.idle;
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
