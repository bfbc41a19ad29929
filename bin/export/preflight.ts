import { DescribeContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import {
  GetBucketEncryptionCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Clients } from './clients.ts';
import type { Holdings } from './holdings.ts';
import type { Place } from './place.ts';
import { TransferRefused } from './refusals.ts';

/**
 * Sees to it that a bucket may hold what people entrusted to a region: it is there, encrypts what it keeps, and can by no
 * policy become public.
 *
 * @throws {TransferRefused} `bucket-unreachable`, `bucket-public`, `bucket-unencrypted`
 */
export async function requireSafeBucket(s3: S3Client, { bucket, owner }: Place): Promise<void> {
  const asked = { Bucket: bucket, ExpectedBucketOwner: owner };
  await s3.send(new HeadBucketCommand(asked)).catch((error: unknown) => {
    throw new TransferRefused(
      'bucket-unreachable',
      `the bucket ${bucket} cannot be used (${said(error)}). Create it, let this account's credentials list, read and write it, and name its account with --bucket-owner where it is another.`,
    );
  });
  const access = await s3
    .send(new GetPublicAccessBlockCommand(asked))
    .catch(unlessAbsent('NoSuchPublicAccessBlockConfiguration'));
  const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } =
    access?.PublicAccessBlockConfiguration ?? {};
  if (!(BlockPublicAcls && IgnorePublicAcls && BlockPublicPolicy && RestrictPublicBuckets)) {
    throw new TransferRefused(
      'bucket-public',
      `the bucket ${bucket} could be made public: an export holds what people entrusted to the region. Switch on all four parts of "Block public access" of the bucket, then try again.`,
    );
  }
  const encryption = await s3
    .send(new GetBucketEncryptionCommand(asked))
    .catch(unlessAbsent('ServerSideEncryptionConfigurationNotFoundError'));
  if (encryption?.ServerSideEncryptionConfiguration?.Rules?.length) return;
  throw new TransferRefused(
    'bucket-unencrypted',
    `the bucket ${bucket} keeps what it is given unencrypted. Switch on default encryption (SSE-S3 or SSE-KMS), then try again.`,
  );
}

function unlessAbsent(name: string) {
  return (error: unknown): undefined => {
    if (error instanceof Error && error.name === name) return undefined;
    throw error;
  };
}

/** S3 answers a HEAD without a body, so the SDK knows no more than the status. */
function said(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = '$metadata' in error ? Object(error['$metadata']).httpStatusCode : undefined;
  return status === undefined ? error.message : `HTTP ${status}`;
}

/**
 * The moment that all tables can be exported at: the latest of every one of them, to the second.
 *
 * @param wanted - the moment asked for; undefined: the latest there is
 * @throws {TransferRefused} `no-point-in-time`, `moment-not-restorable`
 */
export async function exportMoment(
  { dynamodb }: Pick<Clients, 'dynamodb'>,
  { tables }: Pick<Holdings, 'tables'>,
  wanted: Date | undefined,
): Promise<Date> {
  const spans = await Promise.all(
    [...tables].map(async ([capability, TableName]) => {
      const { ContinuousBackupsDescription: told } = await dynamodb.send(
        new DescribeContinuousBackupsCommand({ TableName }),
      );
      const span = told?.PointInTimeRecoveryDescription;
      const { EarliestRestorableDateTime: from, LatestRestorableDateTime: until } = span ?? {};
      if (
        span?.PointInTimeRecoveryStatus === 'ENABLED' &&
        from !== undefined &&
        until !== undefined
      )
        return { from, until };
      throw new TransferRefused(
        'no-point-in-time',
        `the table ${TableName} (${capability}) has no point-in-time recovery, so it cannot be exported at a moment. It was switched off by hand: roll the region out again to switch it on.`,
      );
    }),
  );
  const earliest = Math.max(...spans.map(({ from }) => from.getTime()));
  const latest = Math.min(...spans.map(({ until }) => until.getTime()));
  const moment = wanted?.getTime() ?? latest;
  if (moment >= earliest && moment <= latest) return new Date(Math.floor(moment / 1000) * 1000);
  throw new TransferRefused(
    'moment-not-restorable',
    `the tables can be exported as they were from ${iso(earliest)} to ${iso(latest)}, and not at ${iso(moment)}. Leave --at out, or wait: the end follows the clock by some five minutes.`,
  );
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
