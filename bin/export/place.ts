import { TransferRefused } from './refusals.ts';

/** Where exports are kept: a bucket, and what keys there begin with (without a slash at its end; empty: nothing). */
export interface Place {
  readonly bucket: string;
  readonly prefix: string;
  /** The account that the bucket has to belong to, where it is not one's own; S3 refuses another's. */
  readonly owner?: string | undefined;
}

/**
 * Reads `s3://bucket/prefix`.
 *
 * @param owner - the twelve digits of the account that the bucket has to belong to
 * @throws {TransferRefused} `not-an-s3-address`
 */
export function placeOf(address: string, owner?: string): Place {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z\d][a-z\d.-]{1,61}[a-z\d])(?:\/(.*))?$/.exec(address) ?? [];
  const trimmed = prefix.replace(/^\/+|\/+$/g, '');
  const readable = /^[\w!.*'()/-]*$/.test(trimmed);
  if (bucket === undefined || !readable || (owner !== undefined && !/^\d{12}$/.test(owner))) {
    throw new TransferRefused(
      'not-an-s3-address',
      `"${address}"${owner === undefined ? '' : ` of account "${owner}"`} is no place for an export. Write s3://<bucket>/<prefix>, the prefix of letters, digits and -_./ only, and an account as its twelve digits.`,
    );
  }
  return { bucket, prefix: trimmed, owner };
}

/** The key of a file in a place. */
export function keyIn({ prefix }: Place, name: string): string {
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** How a place is written. */
export function addressOf({ bucket, prefix }: Place): string {
  return `s3://${bucket}/${prefix}`;
}
