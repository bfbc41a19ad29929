import {
  BaseCredentials,
  type IIoHost,
  type IoMessage,
  type IoRequest,
  type StackActivity,
  type StackMonitoringControlEvent,
  type SuccessfulDeployStackResult,
  Toolkit,
} from '@aws-cdk/toolkit-lib';
import type { Target } from '../target.ts';
import { explained } from './aws-refusals.ts';
import { type Reason, RolloutStopped } from './stopped.ts';
import type { Progress } from './teller.ts';

/** A resource that CloudFormation could not make, change or delete, and why. */
interface FailedResource {
  readonly id: string;
  readonly type: string;
  readonly why: string;
}

/** What CloudFormation says of resources that it gave up only because another one failed. */
const cancelled = /cancelled/i;

/**
 * Turns the toolkit's messages into progress. What a message means is its code, what it says is its data
 * (https://docs.aws.amazon.com/cdk/api/toolkit-lib/message-registry/); its text is for no one.
 */
export class ProgressHost implements IIoHost {
  readonly failed: FailedResource[] = [];
  /** Whether a deployment found that it has nothing to change; undefined before it has ended. */
  changedNothing: boolean | undefined;
  #progress: Progress = () => {};
  #total: number | undefined;
  #uploads = 0;

  /** Where progress goes from now on. */
  tell(progress: Progress): void {
    this.#progress = progress;
  }

  async notify({ code, data }: IoMessage<unknown>): Promise<void> {
    // Each code has one type of data, by the toolkit's registry of messages.
    switch (code) {
      case 'CDK_TOOLKIT_I5220':
        this.#uploads += 1;
        return this.#progress(`uploading code, ${this.#uploads} so far`, {
          uploads: this.#uploads,
        });
      case 'CDK_TOOLKIT_I5501':
        this.#total = (data as StackMonitoringControlEvent).resourcesTotal;
        return;
      case 'CDK_TOOLKIT_I5502':
        return this.#activity(data as StackActivity);
      case 'CDK_TOOLKIT_I5900':
        this.changedNothing = (data as SuccessfulDeployStackResult).noOp;
        return;
      default:
        return;
    }
  }

  /** Whoever runs the command was asked before the toolkit was called; what it asks beyond that is declined. */
  async requestResponse<T>({ code, defaultResponse }: IoRequest<unknown, T>): Promise<T> {
    switch (code) {
      case 'CDK_TOOLKIT_I5060':
      case 'CDK_TOOLKIT_I7010':
        // These two ask for yes or no.
        return true as T;
      case 'CDK_TOOLKIT_I5050':
        return false as T;
      default:
        return defaultResponse;
    }
  }

  #activity({ event, progress: { completed, total = this.#total } }: StackActivity): void {
    const { ResourceType: type = '', LogicalResourceId: id = '', ResourceStatus: status } = event;
    const why = event.ResourceStatusReason ?? '';
    const isStack = type === 'AWS::CloudFormation::Stack';
    if (status?.endsWith('_FAILED') && !isStack && !cancelled.test(why))
      this.failed.push({ id, type, why });
    const of = total === undefined ? '' : ` of ${total}`;
    this.#progress(`${completed}${of} resources, now ${type} ${id} ${status ?? ''}`, {
      completed,
      total,
      resource: id,
      type,
      status,
    });
  }
}

export type Tools = ReturnType<typeof toolkitFor>;

/** The CDK's toolkit for a target, and where its messages go. */
export function toolkitFor({ profile, region }: Target) {
  const host = new ProgressHost();
  const defaultRegion = region.deployment.awsRegion;
  const toolkit = new Toolkit({
    ioHost: host,
    color: false,
    emojis: false,
    sdkConfig: {
      baseCredentials: BaseCredentials.awsCliCompatible({
        defaultRegion,
        ...(profile !== undefined && { profile }),
      }),
    },
  });
  return { toolkit, host };
}

/**
 * Does something with the toolkit.
 *
 * @param reason - what it is when CloudFormation itself fails at it
 * @throws {RolloutStopped} naming the resources that failed, and what to do
 */
export async function byToolkit<T>(
  host: ProgressHost,
  { doing, reason, next }: { doing: string; reason: Reason; next: string },
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error) || !('source' in error)) throw explained(error, doing);
    const better = explained(error, doing);
    if (better instanceof RolloutStopped && host.failed.length === 0) throw better;
    const resources = host.failed.map(({ id, type, why }) => `  ${type} ${id}: ${why}`);
    const text = [`CloudFormation failed while ${doing}: ${firstLine(error)}`, ...resources, next];
    throw new RolloutStopped(reason, text.join('\n'), { cause: error });
  }
}

function firstLine({ message }: Error): string {
  return message.split('\n')[0] ?? message;
}
