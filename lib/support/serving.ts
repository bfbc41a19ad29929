import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Aws, CfnCondition, CfnParameter, CfnResource, Fn, type Stack } from 'aws-cdk-lib/core';
import type { HandlerEntry } from './entries.ts';

/** What a restore invokes while a region is closed, and what that invokes; nothing else runs, of the same capabilities neither. */
const atWorkWhileClosed: ReadonlySet<HandlerEntry> = new Set<HandlerEntry>([
  'privacy/due.job',
  'privacy/eligibility.job',
  'privacy/enrolment.job',
  'privacy/mentoring.job',
  'operation/migration.job',
]);

/**
 * Whether the region serves: the stack's parameter `Serving`. A copy that is being restored is deployed with `no`: no
 * concurrency is left to its routes, workers, triggers and jobs, so that nobody sees or changes what deletions have not
 * been applied to again. Queues and streams keep for whoever comes later what arrives meanwhile; a stream for 24 hours.
 */
export class Serving {
  /** What the parameter says, for a function that is invoked while the region is closed, and by a schedule too. */
  readonly state: string;
  readonly #closed: CfnCondition;

  constructor(stack: Stack) {
    const parameter = new CfnParameter(stack, 'Serving', {
      description: 'Whether the region serves; "no" while it is being restored',
      allowedValues: ['yes', 'no'],
      default: 'yes',
    });
    this.state = parameter.valueAsString;
    this.#closed = new CfnCondition(stack, 'Closed', {
      expression: Fn.conditionEquals(parameter.valueAsString, 'no'),
    });
  }

  /** Takes a function's concurrency while the region is closed, unless it is one that works then. */
  bind(entry: HandlerEntry, bound: LambdaFunction): void {
    const resource = bound.node.defaultChild;
    if (atWorkWhileClosed.has(entry) || !CfnResource.isCfnResource(resource)) return;
    const none = Fn.conditionIf(this.#closed.logicalId, 0, Aws.NO_VALUE);
    resource.addPropertyOverride('ReservedConcurrentExecutions', none);
  }
}
