import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnBucket, CfnBucketPolicy, type CfnBucketProps } from 'aws-cdk-lib/aws-s3';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Keys } from '../keys.ts';

/**
 * A bucket that nobody reaches from outside: encrypted, without plain HTTP, owned by the account, and with versions, so that
 * nothing takes another's place. Kept when the stack goes. Its constructs are `Bucket` and `Policy` of the scope.
 *
 * From L1 constructs: the L2 bucket would bring a function of its own to set up its notifications.
 *
 * @param more - what this one has besides
 */
export function privateBucket(scope: Construct, more: CfnBucketProps = {}): CfnBucket {
  const bucket = new CfnBucket(scope, 'Bucket', {
    bucketEncryption: { serverSideEncryptionConfiguration: [encryptionOf(Keys.of(scope))] },
    publicAccessBlockConfiguration: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
    versioningConfiguration: { status: 'Enabled' },
    ...more,
  });
  bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
  refusePlainHttp(scope, bucket);
  return bucket;
}

function refusePlainHttp(scope: Construct, { attrArn, ref }: CfnBucket): void {
  const policy = new CfnBucketPolicy(scope, 'Policy', {
    bucket: ref,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        new PolicyStatement({
          effect: Effect.DENY,
          actions: ['s3:*'],
          principals: [new AnyPrincipal()],
          resources: [attrArn, `${attrArn}/*`],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        }).toStatementJson(),
      ],
    },
  });
  policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
}

/** The bucket's key saves a call of the KMS for each object. */
function encryptionOf({ own }: Keys): CfnBucket.ServerSideEncryptionRuleProperty {
  return own === undefined
    ? { serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
    : {
        serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: own.keyArn },
        bucketKeyEnabled: true,
      };
}
