import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { isNamed, statusOf } from './aws-refusals.ts';
import type { Clients } from './clients.ts';
import type { Finding } from './stopped.ts';

/** The CDK's own names, with the qualifier that all its templates have. */
const parameter = '/cdk-bootstrap/hnb659fds/version';
const bucketOf = (account: string, region: string) => `cdk-hnb659fds-assets-${account}-${region}`;

/** From which on the roles are there that stacks are deployed with (CDK Developer Guide, "Bootstrap template versions"). */
const oldest = 6;

/**
 * Whether an account is prepared for the CDK: its bootstrap says its version, and the bucket for code is the account's.
 *
 * @returns what is wrong with it where bootstrapping again would not help
 */
export async function bootstrapOf(
  { ssm, s3 }: Pick<Clients, 'ssm' | 's3'>,
  account: string,
  region: string,
): Promise<'ready' | 'absent' | Finding> {
  const [version, bucket] = await Promise.all([versionOf(ssm), bucketAs(s3, account, region)]);
  const name = bucketOf(account, region);
  if (bucket === 'not ours') {
    const text = `The bucket ${name}, into which code is uploaded, is another account's, or these credentials may not look at it. Sign in with s3:ListBucket on it; if it is another account's, the account needs a bootstrap with a bucket of another name, by its administrator.`;
    return { code: 'bootstrap-broken', text };
  }
  if (version < oldest) return 'absent';
  if (bucket === 'ours') return 'ready';
  const text = `The account is prepared for the CDK, but its bucket ${name} is gone, and the stack CDKToolkit does not make it again. Make it by hand ("aws s3 mb s3://${name}"), or delete the stack CDKToolkit and run the same command with --bootstrap.`;
  return { code: 'bootstrap-broken', text };
}

/** @returns 0 where nothing says one */
async function versionOf(ssm: Clients['ssm']): Promise<number> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }));
    return Number(Parameter?.Value ?? 0);
  } catch (error) {
    if (isNamed(error, 'ParameterNotFound')) return 0;
    throw error;
  }
}

async function bucketAs(
  s3: Clients['s3'],
  account: string,
  region: string,
): Promise<'ours' | 'not ours' | 'gone'> {
  const Bucket = bucketOf(account, region);
  try {
    await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: account }));
    return 'ours';
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return 'gone';
    if (status === 403) return 'not ours';
    throw error;
  }
}
