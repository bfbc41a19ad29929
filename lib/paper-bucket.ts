import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { prefixes } from '../functions/documents/contract.ts';
import type { Region } from '../regions/schema.ts';
import { acknowledge } from './support/acknowledge.ts';
import type { StackContext } from './support/context.ts';
import type { HandlerFunction } from './support/handler-function.ts';
import { acknowledgeKeysOfAws } from './support/keys-of-aws.ts';
import { privateBucket } from './support/private-bucket.ts';

type Prefix = keyof typeof prefixes;

/**
 * The days after which the bucket itself deletes what nobody deleted, such as the file of an upload whose message
 * was given up: a month more than anything is kept for.
 */
const backstopDays = 31;

/**
 * The private bucket of papers: uploads come into `quarantine/` and are told to a queue; what was found clean is
 * below `clean/`. Everything is a version, so that an upload cannot take the place of one that is being judged.
 */
export class PaperBucket extends Construct {
  readonly name: string;
  readonly #bucket: CfnBucket;

  /** @param uploads - is told of every upload into quarantine */
  constructor(scope: Construct, id: string, { region }: StackContext, uploads: Queue) {
    super(scope, id);
    this.#bucket = privateBucket(this, {
      lifecycleConfiguration: { rules: lifecycleOf(region) },
      notificationConfiguration: { queueConfigurations: [told(uploads)] },
      ...cors(region.deployment.origins),
    });
    this.name = this.#bucket.ref;
    this.#allowEvents(uploads);
    this.#acknowledge();
  }

  #acknowledge(): void {
    for (const id of ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled']) {
      acknowledge(this.#bucket, {
        id,
        reason:
          'Access logs would hold the addresses of children who upload and a key for each paper; who saw what is in the audit trail, and signed addresses last a minute.',
      });
    }
    acknowledge(this.#bucket, {
      id: 'NIST.800.53.R5-S3BucketReplicationEnabled',
      reason:
        "Papers have to stay in the region that the file names, and a replica would outlive their deletion; `ladder export` copies them to the government's bucket.",
    });
    acknowledgeKeysOfAws(this.#bucket, 'NIST.800.53.R5-S3DefaultEncryptionKMS');
  }

  /** Lets a function do this with the files below one prefix. */
  allow(handler: HandlerFunction, prefix: Prefix, ...actions: readonly string[]): void {
    handler.allowWide(
      actions,
      `${this.#bucket.attrArn}/${prefixes[prefix]}*`,
      `Files of papers are known by their prefix: ${prefixes[prefix]} is what this function works on.`,
    );
  }

  /** Lets a function delete all versions of a paper's file, wherever it lies. */
  allowErasing(handler: HandlerFunction): void {
    handler.allow(['s3:ListBucketVersions'], [this.#bucket.attrArn]);
    for (const prefix of ['quarantine', 'clean'] as const) {
      this.allow(handler, prefix, 's3:DeleteObject', 's3:DeleteObjectVersion');
    }
  }

  /** Asking which files of somebody there are. */
  allowListing(handler: HandlerFunction): void {
    handler.allow(['s3:ListBucketVersions'], [this.#bucket.attrArn]);
  }

  /** Being told that a file is gone: S3 denies it to whoever may not list the bucket (GetObject, "Permissions"). */
  allowTelling(handler: HandlerFunction): void {
    handler.allow(['s3:ListBucket'], [this.#bucket.attrArn]);
  }

  #allowEvents(uploads: Queue): void {
    uploads.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowUploadsOfThisAccount',
        actions: ['sqs:SendMessage'],
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        resources: [uploads.queueArn],
        // The bucket has to know the queue, and its policy before itself: the queue cannot know the bucket.
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.#bucket.node.addDependency(uploads);
  }
}

function told(uploads: Queue): CfnBucket.QueueConfigurationProperty {
  return {
    event: 's3:ObjectCreated:*',
    queue: uploads.queueArn,
    filter: { s3Key: { rules: [{ name: 'prefix', value: prefixes.quarantine }] } },
  };
}

/** What functions delete at the right time, the bucket deletes a month later. */
function lifecycleOf({ policies }: Region): CfnBucket.RuleProperty[] {
  const longest = Math.max(
    ...policies.map(({ deadlines: { evidence, documents } }) => evidence + documents),
  );
  const rule = (id: string, prefix: Prefix, expirationInDays: number) => ({
    id,
    status: 'Enabled',
    prefix: prefixes[prefix],
    expirationInDays,
    // What a function deletes it deletes with all versions; this is what an expiry here leaves behind.
    noncurrentVersionExpiration: { noncurrentDays: 1 },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  });
  return [
    rule('forgotten-uploads', 'quarantine', backstopDays),
    rule('forgotten-papers', 'clean', longest + backstopDays),
    { id: 'empty-markers', status: 'Enabled', expiredObjectDeleteMarker: true },
  ];
}

/** Which web pages may send the signed forms, and read what they were given an address of. */
function cors(origins: readonly string[]) {
  if (origins.length === 0) return {};
  return {
    corsConfiguration: {
      corsRules: [
        {
          allowedOrigins: [...origins],
          allowedMethods: ['POST', 'GET'],
          allowedHeaders: ['*'],
          maxAge: 3600,
        },
      ],
    },
  };
}
