import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnQueuePolicy, type IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/**
 * Refuses whatever reaches the queues without TLS. One policy for all of them: `enforceSSL` would make one for each,
 * and CloudFormation ends at 500 resources.
 */
export function requireTls(scope: Construct, queues: readonly IQueue[]): void {
  const statement = new PolicyStatement({
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['sqs:*'],
    resources: queues.map(({ queueArn }) => queueArn),
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  });
  new CfnQueuePolicy(scope, 'TlsOnly', {
    queues: queues.map(({ queueUrl }) => queueUrl),
    policyDocument: new PolicyDocument({ statements: [statement] }),
  });
}
