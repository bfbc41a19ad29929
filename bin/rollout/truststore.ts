import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Region } from '../../regions/schema.ts';
import { statusOf } from './aws-refusals.ts';
import type { Clients } from './clients.ts';
import type { Finding } from './stopped.ts';

/**
 * Whether the file is there by which API Gateway knows CloudFront (`firewall.api.truststore`). Whoever rolls out may not
 * read it, and need not: what was not shown is told, and refuses nothing. One request.
 */
export async function truststoreFound(
  s3: Clients['s3'],
  { deployment: { firewall } }: Region,
  foreign: boolean,
): Promise<Finding | 'fine' | 'not kept here' | 'not shown'> {
  const address = firewall?.api?.truststore;
  if (address === undefined) return 'fine';
  const [, Bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  try {
    // Of a list it can be told whether a file is not there, or may not be seen; and nobody has to be let read it.
    const asked = new ListObjectsV2Command({ Bucket, Prefix: key, MaxKeys: 1 });
    const { Contents = [] } = await s3.send(asked);
    if (Contents.some(({ Key }) => Key === key)) return 'fine';
  } catch (error) {
    const status = statusOf(error);
    // 301, or 400 of its signature: in another AWS region, where this client does not ask.
    if (status === 403 || status === 301 || status === 400) return 'not shown';
    if (status !== 404) throw error;
  }
  if (foreign) return 'not kept here';
  const text = `There is no file ${address} (deployment.firewall.api.truststore in the region file): API Gateway reads from it which authority CloudFront's certificate is of. Upload it with "aws s3 cp ca.pem ${address}", or correct the address.`;
  return { code: 'truststore-unusable', text };
}
