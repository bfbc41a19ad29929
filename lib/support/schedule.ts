import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { StackContext } from './context.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface ScheduleProps {
  /** A job. */
  readonly handler: HandlerFunction;
  /** What it does, for whoever looks at the rule. */
  readonly description: string;
  readonly expression: 'rate(1 minute)' | 'rate(5 minutes)' | 'rate(1 hour)';
}

/** Runs a job by the clock; what one run leaves undone is the next one's. Nobody waits for it, so an alarm tells of its failures. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, context: StackContext, props: ScheduleProps) {
    super(scope, id);
    const { handler, description, expression } = props;
    const { functionArn } = handler.function;
    const rule = new CfnRule(this, 'Rule', {
      description,
      scheduleExpression: expression,
      state: 'ENABLED',
      targets: [{ id: 'Job', arn: functionArn }],
    });
    acknowledge(rule, {
      id: 'Serverless-EventBusDLQ',
      reason:
        'A run that did not start is made up for by the next: jobs do whatever is due, not what an event says.',
    });
    new CfnPermission(this, 'Invoke', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
    const every = expression === 'rate(1 hour)' ? 'hour' : 'minutes';
    context.alarms.whenFailing(handler.entry, handler.function, every);
  }
}
