import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

export interface Finding {
  /** The rule, with the finding in brackets where it has several: `AwsSolutions-IAM5[Resource::*]`. */
  readonly id: string;
  /** Why this is right all the same, for whoever audits the stack. */
  readonly reason: string;
}

/** Accepts a finding of cdk-nag for one construct. */
export function acknowledge(construct: IConstruct, finding: Finding): void {
  // The CDK notes where this was called, in files that shall not differ between machines.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    Validations.of(construct).acknowledge(finding);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Accepts that a queue of what was given up has no queue behind it, for those packs that ask for one. */
export function acknowledgeLast(queue: IConstruct): void {
  for (const id of ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy']) {
    const reason = 'It is itself a dead-letter queue, of a stream or of a queue: people read it.';
    acknowledge(queue, { id, reason });
  }
}

/** Accepts that the mapping of a queue names no place for failures: the queue itself has one. */
export function acknowledgeRedriven(mapping: IConstruct): void {
  acknowledge(mapping, {
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason:
      'On-failure destinations are for streams and Kafka; this is the mapping of a queue, whose own dead-letter queue takes what fails.',
  });
}
