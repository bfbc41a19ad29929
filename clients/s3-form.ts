import { pathOf, type S3Client } from './s3.ts';
import { algorithm, basicMoment, credentialOf, signatureOf } from './signature.ts';

interface PostInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly Fields: Readonly<Record<string, string>>;
  readonly Conditions: readonly unknown[];
  /** Seconds. */
  readonly Expires: number;
}

/**
 * A form by which a browser uploads one file; nothing is sent.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export async function createPresignedPost(
  client: S3Client,
  { Bucket, Key, Fields, Conditions, Expires }: PostInput,
): Promise<{ readonly url: string; readonly fields: Record<string, string> }> {
  const { region, credentials, endpoint } = client.surroundings;
  const now = new Date(Date.now() + client.clockOffset);
  const moment = basicMoment(now);
  const scope = { region, service: 's3' };
  const fields: Record<string, string> = {
    ...Fields,
    bucket: Bucket,
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': credentialOf(credentials, scope, moment),
    'X-Amz-Date': moment,
    ...(credentials.sessionToken !== undefined && {
      'X-Amz-Security-Token': credentials.sessionToken,
    }),
    key: Key,
  };
  const expiration = new Date(now.getTime() + Expires * 1_000).toISOString();
  const said = Object.entries(fields).map(([name, value]) => ({ [name]: value }));
  const policy = {
    expiration: expiration.replace(/\.\d{3}Z$/, 'Z'),
    conditions: [...Conditions, ...said],
  };
  const Policy = Buffer.from(JSON.stringify(policy)).toString('base64');
  return {
    url: `${endpoint.protocol}//${endpoint.host}${endpoint.path}${pathOf(Bucket).slice(0, -1)}`,
    fields: {
      ...fields,
      Policy,
      'X-Amz-Signature': signatureOf(Policy, credentials, scope, moment),
    },
  };
}
