import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import type { Region } from '../../regions/schema.ts';
import { isNamed } from './aws-refusals.ts';
import type { Clients } from './clients.ts';
import { peakOf } from './peak.ts';
import type { Finding } from './stopped.ts';

/** A quota of AWS by its code, which never changes; names and defaults do. */
interface Quota {
  readonly service: 'lambda' | 'cognito-idp';
  readonly code: string;
  readonly name: string;
}

const concurrency = {
  service: 'lambda',
  code: 'L-B99A9384',
  name: 'concurrent executions',
} as const satisfies Quota;

const creation = {
  service: 'cognito-idp',
  code: 'L-5987B8A0',
  name: 'UserCreation requests per second',
} as const satisfies Quota;

const authentication = {
  service: 'cognito-idp',
  code: 'L-026ADBA3',
  name: 'UserAuthentication requests per second',
} as const satisfies Quota;

/** Quotas of the account that are below what the region expects; sources of the numbers: `peakOf`. */
export async function quotaFindings(
  { lambda, quotas }: Pick<Clients, 'lambda' | 'quotas'>,
  region: Region,
): Promise<readonly Finding[]> {
  const peak = peakOf(region);
  const [executions, creations, authentications] = await Promise.all([
    lambda
      .send(new GetAccountSettingsCommand({}))
      .then(({ AccountLimit }) => AccountLimit?.ConcurrentExecutions),
    quotaOf(quotas, creation),
    quotaOf(quotas, authentication),
  ]);
  return [
    ...tooLow(region, concurrency, executions, peak.concurrency),
    ...tooLow(region, creation, creations, peak.creations),
    ...tooLow(region, authentication, authentications, peak.authentications),
  ];
}

/** The account's own value, or AWS's default where the account has never asked for another. */
async function quotaOf(client: ServiceQuotasClient, { service, code }: Quota) {
  const input = { ServiceCode: service, QuotaCode: code };
  try {
    const { Quota } = await client.send(new GetServiceQuotaCommand(input));
    return Quota?.Value;
  } catch (error) {
    if (!isNamed(error, 'NoSuchResourceException')) throw error;
    const { Quota } = await client.send(new GetAWSDefaultServiceQuotaCommand(input));
    return Quota?.Value;
  }
}

function tooLow(
  { deployment }: Region,
  { service, code, name }: Quota,
  has: number | undefined,
  needs: number,
): readonly Finding[] {
  if (has === undefined || has >= needs) return [];
  const request = `aws service-quotas request-service-quota-increase --region ${deployment.awsRegion} --service-code ${service} --quota-code ${code} --desired-value ${needs}`;
  const text = `The account may have ${has} ${name} (${service}), the region expects ${needs} at its busiest. Ask AWS for more with "${request}", or lower deployment.throttle.requestsPerSecond in the region file; --trial goes on regardless.`;
  return [{ code: 'quota-too-low', text }];
}
