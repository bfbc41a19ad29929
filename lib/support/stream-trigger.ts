import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Keys } from '../keys.ts';
import { acknowledgeLast } from './acknowledge.ts';
import type { CapabilityTable } from './capability-table.ts';
import type { StackContext } from './context.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface StreamTriggerProps {
  readonly table: CapabilityTable;
  readonly handler: HandlerFunction;
  /** Only changes of rows whose `pk` begins so, or with one of these, are handed on. */
  readonly keyPrefix: string | readonly string[];
  /** Rows that are new, and no other change. */
  readonly newRowsOnly?: true;
}

/**
 * Hands a table's changes to a function: from the oldest that the stream still holds, so that none is lost
 * while a stack is updated; a batch that fails is halved until only the bad record is left, and what runs
 * out of attempts is told to a queue with an alarm, so that one bad record holds up the others for minutes
 * and not for the stream's 24 hours.
 */
export class StreamTrigger extends Construct {
  constructor(scope: Construct, id: string, context: StackContext, props: StreamTriggerProps) {
    super(scope, id);
    const { table, handler } = props;
    const givenUp = new Queue(this, 'GivenUp', {
      ...Keys.of(this).ofQueues,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledgeLast(givenUp);
    table.allowStream(handler);
    handler.allow(['sqs:SendMessage'], [givenUp.queueArn]);
    // Lambda tries the role's permissions when the mapping is made: they are in the role, before the function.
    new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: table.streamArn,
      functionName: handler.function.functionName,
      startingPosition: 'TRIM_HORIZON',
      batchSize: 100,
      maximumBatchingWindowInSeconds: 0,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 10,
      destinationConfig: { onFailure: { destination: givenUp.queueArn } },
      filterCriteria: { filters: [{ pattern: patternOf(props) }] },
    });
    context.alarms.whenFilled(
      `given up by ${handler.entry}`,
      givenUp,
      'Changes of a table were given up',
    );
    context.alarms.whenLagging(handler.entry, handler.function);
  }
}

function patternOf({ keyPrefix, newRowsOnly }: StreamTriggerProps): string {
  return JSON.stringify({
    ...(newRowsOnly ? { eventName: ['INSERT'] } : {}),
    dynamodb: { Keys: { pk: { S: [keyPrefix].flat().map((prefix) => ({ prefix })) } } },
  });
}
