import { assumed, type Load } from './cost-load.ts';
import { byTiers, type PricesHere, type Tiers } from './cost-prices.ts';

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

/** What the stack has whoever uses it; a test compares it with the template. */
export const fixed = {
  alarms: 96,
  alarmsPerProvider: 1,
  secrets: 4,
  secretsPerProvider: 1,
  queues: 1,
  queuesPerProvider: 1,
  /** Runs of jobs in a month: two every minute, five every five minutes, five every hour. */
  runs: 2 * 43_200 + 5 * 8_640 + 5 * 720,
  runSeconds: 0.5,
} as const;

/** Requests in a month of the pollers of one queue: five, of 20 s each (Lambda Developer Guide, "Using Lambda with SQS"). */
const pollsPerQueue = 5 * 3 * 60 * 24 * 30;

/** X-Ray traces the first request of a second and 5 % of the others, so never more than this besides. */
const secondsOfMonth = 86_400 * 30;

/** Every service that costs, in the order of the table. */
export function costLines(load: Load, prices: PricesHere): CostLine[] {
  return [
    ...signIns(load, prices),
    ...requests(load, prices),
    ...data(load, prices),
    ...messages(load, prices),
    ...operation(load, prices),
    ...switched(load, prices),
  ];
}

function line(service: string, what: string, quantity: number, price: number, assumption: string) {
  return { service, what, quantity, monthly: quantity * price, assumption } satisfies CostLine;
}

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

function requests({ requests, writes }: Load, prices: PricesHere): CostLine[] {
  const followers = writes * assumed.followers;
  const seconds =
    requests * assumed.apiSeconds +
    // Whatever follows or is scheduled has half a gigabyte.
    (followers * assumed.followerSeconds + fixed.runs * fixed.runSeconds) / 2;
  const each = `${assumed.requests} for each active learner`;
  return [
    line('API Gateway', 'requests', requests, prices.apiRequest, each),
    line(
      'Lambda',
      'invocations',
      requests + followers + fixed.runs,
      prices.lambdaRequest,
      `one for each request, ${assumed.followers} for each change, and scheduled ones`,
    ),
    line(
      'Lambda',
      'GB-seconds',
      seconds,
      prices.lambdaGbSecond,
      `${assumed.apiSeconds * 1000} ms at 1 GB for a request, ${assumed.followerSeconds * 1000} ms at 0.5 GB for what follows`,
    ),
    line(
      'Data transfer',
      'GB out',
      gigabytes(requests * assumed.answerKb),
      prices.outGb,
      `${assumed.answerKb} KB for each answer`,
    ),
  ];
}

function data(
  { learners, newcomers, requests, writes, paperDays }: Load,
  prices: PricesHere,
): CostLine[] {
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
      prices.readUnit,
      `${assumed.readUnits} for each request`,
    ),
    line(
      'DynamoDB',
      'write units',
      writes * assumed.writeUnits,
      prices.writeUnit,
      `${assumed.writeUnits} for each change; ${assumed.writingShare * 100} % of the requests change something`,
    ),
    line('DynamoDB', 'GB of rows', rows, prices.tableGb, perLearner),
    line('DynamoDB', 'GB restorable', rows, prices.backupGb, perLearner),
    line(
      'S3',
      'GB of papers',
      kept,
      prices.objectGb,
      `${assumed.papers} of ${assumed.paperMb} MB for each newcomer, kept ${paperDays} days`,
    ),
    line('S3', 'uploads', papers, prices.objectPut, `${assumed.papers} for each newcomer`),
  ];
}

function messages({ learners, writes, providers }: Load, prices: PricesHere): CostLine[] {
  const queues = fixed.queues + providers * fixed.queuesPerProvider;
  return [
    line(
      'SES',
      'mails',
      learners * assumed.mails,
      prices.mail,
      `${assumed.mails} for each learner`,
    ),
    line(
      'SQS',
      'requests',
      queues * pollsPerQueue + writes * 3,
      prices.queueRequest,
      `five pollers for each of ${queues} queues, and three for each message`,
    ),
  ];
}

function operation(load: Load, prices: PricesHere): CostLine[] {
  const { requests, writes, logDays, providers, providersWithSecret } = load;
  const invocations = requests + writes * assumed.followers;
  const logs = gigabytes(invocations * assumed.logKb);
  const traces = Math.min(requests, secondsOfMonth) + Math.max(0, requests - secondsOfMonth) * 0.05;
  const alarms = fixed.alarms + providers * fixed.alarmsPerProvider;
  const secrets = fixed.secrets + providersWithSecret * fixed.secretsPerProvider;
  return [
    line(
      'CloudWatch',
      'alarms',
      alarms,
      prices.alarm,
      `${fixed.alarms}, and ${fixed.alarmsPerProvider} for each provider`,
    ),
    line('CloudWatch', 'GB of logs', logs, prices.logGb, `${assumed.logKb} KB for each invocation`),
    line(
      'CloudWatch',
      'GB of logs kept',
      (logs * logDays) / 30,
      prices.logStorageGb,
      `${logDays} days`,
    ),
    line(
      'X-Ray',
      'traces',
      traces,
      prices.trace,
      'the first request of each second, and 5 % of the others',
    ),
    line(
      'Secrets Manager',
      'secrets',
      secrets,
      prices.secret,
      `${fixed.secrets}, and ${fixed.secretsPerProvider} for each provider that has a key`,
    ),
  ];
}

/** What a region file switches on. */
function switched({ requests, firewall, ownKey, active }: Load, prices: PricesHere): CostLine[] {
  const lines: CostLine[] = [];
  if (ownKey) {
    lines.push(line('KMS', 'keys', 1, prices.key, 'deployment.keys: own'));
    lines.push(
      line(
        'KMS',
        'requests',
        requests,
        prices.keyRequest,
        'one for each request; data keys are reused',
      ),
    );
  }
  if (firewall === 'none') return lines;
  const signIns = active * 10;
  lines.push(line('WAF', 'web ACLs', 1, prices.webAcl, 'for both pools'));
  lines.push(line('WAF', 'rules', 4, prices.webRule, 'a rate and three managed groups'));
  lines.push(
    line('WAF', 'requests to the pools', signIns, prices.webRequest, 'ten for each active learner'),
  );
  if (firewall === 'pools') return lines;
  lines.push(
    line(
      'WAF',
      'requests to the API',
      requests,
      prices.webRequest,
      'every request; its web ACL is the account’s',
    ),
  );
  lines.push(line('CloudFront', 'requests', requests, prices.edgeRequest, 'every request'));
  lines.push(
    line(
      'CloudFront',
      'GB out',
      gigabytes(requests * assumed.answerKb),
      prices.edgeGb,
      'in the place of what the API sends out',
    ),
  );
  return lines;
}

function gigabytes(kilobytes: number): number {
  return kilobytes / 1024 / 1024;
}
