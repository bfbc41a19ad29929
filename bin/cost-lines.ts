import { type MetricName, metrics } from '../functions/runtime/metric-names.ts';
import { assumed, type Load } from './cost-load.ts';
import {
  byTiers,
  type Payer,
  type Priced,
  type PricesHere,
  payer,
  type Tiers,
} from './cost-prices.ts';

/** One line of the estimate. */
export interface CostLine {
  readonly service: string;
  readonly what: string;
  /** How many in a month, of the unit that `what` names. */
  readonly quantity: number;
  /** Dollars in a month. */
  readonly monthly: number;
  /** Why so many. */
  readonly assumption: string;
}

/** What the stack has whoever uses it; tests compare it with the template. */
export const fixed = {
  /** Metrics that alarms go by; one that goes by several is paid for each. */
  alarms: 53,
  alarmsPerProvider: 2,
  dashboards: 3,
  secrets: 4,
  queues: 1,
  queuesPerProvider: 1,
  /** Runs of jobs in a month: two every minute, five every five minutes, five every hour. */
  runs: 2 * 43_200 + 5 * 8_640 + 5 * 720,
  runSeconds: 0.5,
} as const;

/** Secrets of a region in which so many providers need a key: one has those of all. */
export function secretsOf(providersWithSecret: number): number {
  return fixed.secrets + (providersWithSecret > 0 ? 1 : 0);
}

/** Requests in a month of the pollers of one queue: five, of 20 s each (Lambda Developer Guide, "Using Lambda with SQS"). */
const pollsPerQueue = 5 * 3 * 60 * 24 * 30;

const metricsThatAre = (when: (typeof metrics)[MetricName]['when']) =>
  Object.values(metrics).filter((metric) => metric.when === when).length;

/** How many own metrics are written in an hour, on average; those of what people do are in half of the hours. */
export const metricsAtATime = metricsThatAre('always') + metricsThatAre('used') / 2;

/**
 * Every service that costs, in the order of the table.
 *
 * @param given - months of what AWS gives each account: 0 where others use it up
 */
export function costLines(load: Load, prices: PricesHere, given: 0 | 1): CostLine[] {
  const line = lineBy(payer(prices, given));
  return [
    ...signIns(load, prices),
    ...requests(load, line),
    ...data(load, line),
    ...messages(load, line),
    ...operation(load, line),
    ...switched(load, line),
  ];
}

/** Makes lines of what is paid for by one price. */
const lineBy =
  (pay: Payer) =>
  (
    service: string,
    what: string,
    quantity: number,
    name: Priced,
    assumption: string,
  ): CostLine => ({
    ...{ service, what, quantity, assumption },
    monthly: pay(name, quantity),
  });
type Line = ReturnType<typeof lineBy>;

function signIns({ active, staff, plan }: Load, prices: PricesHere): CostLine[] {
  const tiers = {
    lite: prices.cognitoLite,
    essentials: prices.cognitoEssentials,
    plus: prices.cognitoPlus,
  }[plan];
  const share = `${assumed.activeShare * 100} % of the learners sign in`;
  const perStaff = `one for ${assumed.learnersPerStaff} learners, ${assumed.staffPerArea} in each area at least`;
  return [
    byStep(`active learners, plan ${plan}`, active, tiers, share),
    byStep('active staff, plan plus', staff, prices.cognitoPlus, perStaff),
  ];
}

function byStep(what: string, quantity: number, tiers: Tiers, assumption: string): CostLine {
  return { service: 'Cognito', what, quantity, monthly: byTiers(tiers, quantity), assumption };
}

function requests({ requests, writes }: Load, line: Line): CostLine[] {
  const followers = writes * assumed.followers;
  const seconds =
    requests * assumed.apiSeconds +
    // Whatever follows or is scheduled has half a gigabyte.
    (followers * assumed.followerSeconds + fixed.runs * fixed.runSeconds) / 2;
  const each = `${assumed.requests} for each active learner`;
  return [
    line('API Gateway', 'requests', requests, 'apiRequest', each),
    line(
      'Lambda',
      'invocations',
      requests + followers + fixed.runs,
      'lambdaRequest',
      `one for each request, ${assumed.followers} for each change, and scheduled ones`,
    ),
    line(
      'Lambda',
      'GB-seconds',
      seconds,
      'lambdaGbSecond',
      `${assumed.apiSeconds * 1000} ms at 1 GB for a request, ${assumed.followerSeconds * 1000} ms at 0.5 GB for what follows`,
    ),
    line(
      'Data transfer',
      'GB out',
      gigabytes(requests * assumed.answerKb),
      'outGb',
      `${assumed.answerKb} KB for each answer`,
    ),
  ];
}

function data({ learners, newcomers, requests, writes, paperDays }: Load, line: Line): CostLine[] {
  const rows = gigabytes(learners * assumed.rowsKb);
  const perLearner = `${assumed.rowsKb} KB for each learner`;
  // What was handed in within the days of review and keeping is there at a time.
  const papers = newcomers * assumed.papers;
  const kept = (papers * assumed.paperMb * (paperDays / 30 + 1)) / 1024;
  return [
    line(
      'DynamoDB',
      'read units',
      requests * assumed.readUnits,
      'readUnit',
      `${assumed.readUnits} for each request`,
    ),
    line(
      'DynamoDB',
      'write units',
      writes * assumed.writeUnits,
      'writeUnit',
      `${assumed.writeUnits} for each change; ${assumed.writingShare * 100} % of the requests change something`,
    ),
    line('DynamoDB', 'GB of rows', rows, 'tableGb', perLearner),
    line('DynamoDB', 'GB restorable', rows, 'backupGb', perLearner),
    line(
      'S3',
      'GB of papers',
      kept,
      'objectGb',
      `${assumed.papers} of ${assumed.paperMb} MB for each newcomer, kept ${paperDays} days`,
    ),
    line('S3', 'uploads', papers, 'objectPut', `${assumed.papers} for each newcomer`),
  ];
}

function messages({ learners, writes, providers }: Load, line: Line): CostLine[] {
  const queues = fixed.queues + providers * fixed.queuesPerProvider;
  return [
    line('SES', 'mails', learners * assumed.mails, 'mail', `${assumed.mails} for each learner`),
    line(
      'SQS',
      'requests',
      queues * pollsPerQueue + writes * 3,
      'queueRequest',
      `five pollers for each of ${queues} queues, and three for each message`,
    ),
  ];
}

function operation(load: Load, line: Line): CostLine[] {
  const { requests, writes, logDays, providers, providersWithSecret } = load;
  const invocations = requests + writes * assumed.followers;
  const logs = gigabytes(invocations * assumed.logKb);
  const alarms = fixed.alarms + providers * fixed.alarmsPerProvider;
  const secrets = secretsOf(providersWithSecret);
  return [
    line(
      'CloudWatch',
      'metrics of alarms',
      alarms,
      'alarm',
      `${fixed.alarms}, and ${fixed.alarmsPerProvider} for each provider`,
    ),
    line(
      'CloudWatch',
      'own metrics',
      metricsAtATime,
      'metric',
      `${metricsThatAre('always')} always, ${metricsThatAre('used')} in half of the hours, of trouble none`,
    ),
    line('CloudWatch', 'dashboards', fixed.dashboards, 'dashboard', 'of fifty metrics at most'),
    line('CloudWatch', 'GB of logs', logs, 'logGb', `${assumed.logKb} KB for each invocation`),
    line('CloudWatch', 'GB of logs kept', (logs * logDays) / 30, 'logStorageGb', `${logDays} days`),
    line(
      'Secrets Manager',
      'secrets',
      secrets,
      'secret',
      `${fixed.secrets}, and one for all providers where any needs a key`,
    ),
  ];
}

/** What a region file switches on. */
function switched({ requests, firewall, ownKey, active }: Load, line: Line): CostLine[] {
  const lines: CostLine[] = [];
  if (ownKey) {
    lines.push(line('KMS', 'keys', 1, 'key', 'deployment.keys: own'));
    lines.push(
      line('KMS', 'requests', requests, 'keyRequest', 'one for each request; data keys are reused'),
    );
  }
  if (firewall === 'none') return lines;
  const signIns = active * 10;
  lines.push(line('WAF', 'web ACLs', 1, 'webAcl', 'for both pools'));
  lines.push(line('WAF', 'rules', 4, 'webRule', 'a rate and three managed groups'));
  lines.push(
    line('WAF', 'requests to the pools', signIns, 'webRequest', 'ten for each active learner'),
  );
  if (firewall === 'pools') return lines;
  lines.push(
    line(
      'WAF',
      'requests to the API',
      requests,
      'webRequest',
      'every request; its web ACL is the account’s',
    ),
  );
  lines.push(line('CloudFront', 'requests', requests, 'edgeRequest', 'every request'));
  lines.push(
    line(
      'CloudFront',
      'GB out',
      gigabytes(requests * assumed.answerKb),
      'edgeGb',
      'in the place of what the API sends out',
    ),
  );
  return lines;
}

function gigabytes(kilobytes: number): number {
  return kilobytes / 1024 / 1024;
}
