import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import type { Finding } from './stopped.ts';
import type { Progress } from './teller.ts';

/** A stack as CloudFormation has it. */
export interface DeployedStack {
  readonly id: string;
  readonly status: StackStatus;
  /** Why it is in that state, in CloudFormation's words. */
  readonly because: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly changedAt: Date | undefined;
}

/** What a rollout does about a state: begins, waits, or leaves it to a person. */
type Condition = 'new' | 'ready' | 'settling' | 'busy' | 'broken';

const conditions: Readonly<Record<StackStatus, Condition>> = {
  REVIEW_IN_PROGRESS: 'new',
  DELETE_COMPLETE: 'new',
  CREATE_COMPLETE: 'ready',
  UPDATE_COMPLETE: 'ready',
  UPDATE_ROLLBACK_COMPLETE: 'ready',
  IMPORT_COMPLETE: 'ready',
  IMPORT_ROLLBACK_COMPLETE: 'ready',
  CREATE_IN_PROGRESS: 'settling',
  UPDATE_IN_PROGRESS: 'settling',
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'settling',
  DELETE_IN_PROGRESS: 'busy',
  ROLLBACK_IN_PROGRESS: 'busy',
  UPDATE_ROLLBACK_IN_PROGRESS: 'busy',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'busy',
  IMPORT_IN_PROGRESS: 'busy',
  IMPORT_ROLLBACK_IN_PROGRESS: 'busy',
  CREATE_FAILED: 'broken',
  DELETE_FAILED: 'broken',
  UPDATE_FAILED: 'broken',
  ROLLBACK_COMPLETE: 'broken',
  ROLLBACK_FAILED: 'broken',
  UPDATE_ROLLBACK_FAILED: 'broken',
  IMPORT_ROLLBACK_FAILED: 'broken',
};

/** @returns undefined when there is no stack of that name (or id) */
export async function describeStack(
  cloudFormation: CloudFormationClient,
  name: string,
): Promise<DeployedStack | undefined> {
  try {
    const { Stacks = [] } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: name }),
    );
    const [stack] = Stacks;
    if (stack?.StackStatus === undefined) return undefined;
    const outputs = (stack.Outputs ?? []).map(
      ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
    );
    const parameters = (stack.Parameters ?? []).map(
      ({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue] as const,
    );
    return {
      id: stack.StackId ?? name,
      status: stack.StackStatus,
      because: stack.StackStatusReason,
      outputs: Object.fromEntries(outputs),
      parameters: Object.fromEntries(parameters),
      changedAt: stack.LastUpdatedTime ?? stack.CreationTime,
    };
  } catch (error) {
    // CloudFormation has no error of its own for a stack that is not there.
    if (error instanceof Error && error.name === 'ValidationError') {
      if (error.message.endsWith('does not exist')) return undefined;
    }
    throw error;
  }
}

/** Whether a stack serves: it was created, and whatever came after has ended. */
export function isServing({ status }: DeployedStack): boolean {
  return conditions[status] === 'ready';
}

export interface Patience {
  /** Milliseconds to wait for what an earlier run began. */
  readonly most: number;
  /** Milliseconds between two looks. */
  readonly interval: number;
}

/**
 * Waits until what an earlier run of the same command began has ended: an interrupted rollout goes on in AWS.
 *
 * @returns the stack afterwards, in whatever state
 */
export async function settled(
  read: () => Promise<DeployedStack | undefined>,
  { most, interval }: Patience,
  progress: Progress,
): Promise<DeployedStack | undefined> {
  const deadline = performance.now() + most;
  for (;;) {
    const stack = await read();
    if (stack === undefined || conditions[stack.status] !== 'settling') return stack;
    if (performance.now() > deadline) return stack;
    progress(`waiting for what an earlier run began: the stack is in ${stack.status}`, {
      status: stack.status,
    });
    await sleep(interval);
  }
}

/** What stands in the way of a deployment in a stack's state; undefined when nothing does. */
export function findingOf(
  stack: DeployedStack | undefined,
  { stackName, file }: { readonly stackName: string; readonly file: string },
): Finding | undefined {
  if (stack === undefined) return undefined;
  const { status, because } = stack;
  const where = `The stack ${stackName} is in ${status}${because === undefined ? '' : ` (${because})`}`;
  switch (conditions[status]) {
    case 'new':
    case 'ready':
      return undefined;
    case 'settling':
    case 'busy':
      return {
        code: 'stack-busy',
        text: `${where}: somebody is changing it. Look at it with "npx ladder status ${file}" and run the same command again when that has ended.`,
      };
    case 'broken':
      return { code: 'stack-broken', text: `${where}: ${remedy(status, stackName, file)}` };
  }
}

function remedy(status: StackStatus, stackName: string, file: string): string {
  switch (status) {
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
    case 'CREATE_FAILED':
      return `its creation failed and it can only be deleted. Its events in CloudFormation's console say why; put that right, then "npx ladder destroy ${file}" and roll out again. Tables and pools that it left behind are kept.`;
    case 'DELETE_FAILED':
      return `something in it could not be deleted. Its events in CloudFormation's console say what; put that right, then "npx ladder destroy ${file}" again.`;
    case 'UPDATE_ROLLBACK_FAILED':
      return `an update failed, and going back failed, too. It still serves. Put right what its events name, then "aws cloudformation continue-update-rollback --stack-name ${stackName}", then roll out again.`;
    default:
      return `it needs a person. Its events in CloudFormation's console say what happened; "aws cloudformation rollback-stack --stack-name ${stackName}" goes back to the last state that worked.`;
  }
}
