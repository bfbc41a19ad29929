import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './support/acknowledge.ts';
import type { HandlerFunction } from './support/handler-function.ts';
import { acknowledgeKeysOfAws } from './support/keys-of-aws.ts';
import { privateBucket } from './support/private-bucket.ts';

/**
 * The ledger of deletions: an object for each, ids and times and nothing else, by which a restored copy deletes again what
 * its backup has brought back (edge case 37). Apart from all that is restored; versioned, so that nothing takes an entry's
 * place; kept when the stack goes.
 */
export class LedgerBucket extends Construct {
  readonly name: string;
  readonly #bucket: CfnBucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#bucket = privateBucket(this);
    this.name = this.#bucket.ref;
    this.#acknowledge();
  }

  /** Lets a function enter deletions; nobody reads or takes away. */
  allowEntries(handler: HandlerFunction): void {
    handler.allowWide(
      ['s3:PutObject'],
      `${this.#bucket.attrArn}/deletions/*`,
      'An entry of the ledger is named by its moment and id.',
    );
  }

  #acknowledge(): void {
    for (const id of ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled']) {
      acknowledge(this.#bucket, {
        id,
        reason:
          'One function writes to it and nobody reads it but whoever restores a copy; who was deleted is in it.',
      });
    }
    acknowledge(this.#bucket, {
      id: 'NIST.800.53.R5-S3BucketReplicationEnabled',
      reason:
        'It has to stay in the region that the file names; `ladder export` copies it along with the tables.',
    });
    acknowledgeKeysOfAws(this.#bucket, 'NIST.800.53.R5-S3DefaultEncryptionKMS');
  }
}
