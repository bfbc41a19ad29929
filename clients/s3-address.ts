import type { S3Client } from './s3.ts';
import type { Command } from './service.ts';
import { presign, queryText } from './signature.ts';

/** An address that whoever has it may ask for, for some time; nothing is sent. */
export async function getSignedUrl(
  client: S3Client,
  command: Command,
  { expiresIn }: { readonly expiresIn: number },
): Promise<string> {
  const { region, credentials, endpoint } = client.surroundings;
  const { method, path: own, query, headers } = command.call();
  const path = endpoint.path + own;
  const signed = presign(
    // Who comes with the address brings no header but the host's: the others go into the query, as S3 allows.
    { method, path, query: { ...query, ...headers }, headers: { host: endpoint.host } },
    credentials,
    { region, service: 's3' },
    new Date(Date.now() + client.clockOffset),
    expiresIn,
  );
  return `${endpoint.protocol}//${endpoint.host}${path}?${queryText(signed)}`;
}
