import type { Cancel } from '../clock.ts';
import type { LocalContext } from '../context.ts';
import type { ResourceKind } from '../resource.ts';
import {
  type AwsService,
  type Need,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import { Broker, type Removal } from './broker.ts';
import { inputs, type Operation } from './inputs.ts';
import type { QueueStats, Received } from './message.ts';
import { MoveTasks } from './move-tasks.ts';
import { queueNeeds } from './needs.ts';
import { isOperation, operations } from './operations.ts';
import { parseInput, parseJson, refusal, reply } from './protocol.ts';
import { queueKinds } from './resources.ts';

export type { Removal } from './broker.ts';
export type { Attribute, Attributes, QueueStats, Received } from './message.ts';

/**
 * The local region's SQS: queues of the template, their messages in the region's state, AWS JSON 1.0.
 * Queues behave as at AWS's best: order of arrival also in standard queues, exact counts, no message
 * delivered twice within its visibility. Not emulated: access policies, encryption, throughput limits,
 * `ReceiveRequestAttemptId`, and making or changing queues other than by the template; they fail with
 * `UnsupportedOperation`.
 */
export class Sqs implements AwsService {
  readonly target = 'AmazonSQS';
  /** `AWS::SQS::Queue` and `AWS::SQS::QueuePolicy`. */
  readonly kinds: readonly ResourceKind[];
  readonly #context: LocalContext;
  readonly #broker: Broker;
  readonly #handlers: ReturnType<typeof operations>;

  constructor(context: LocalContext) {
    this.#context = context;
    this.#broker = new Broker(context);
    this.#handlers = operations(this.#broker, new MoveTasks(context.state, this.#broker));
    const { queues, messages } = this.#broker;
    this.kinds = queueKinds(queues, (name) => messages.purge(name));
  }

  async answer(operation: string, request: ServiceRequest): Promise<ServiceReply> {
    try {
      if (!isOperation(operation)) throw unsupported(operation);
      return reply(await this.#perform(operation, request.body));
    } catch (error) {
      if (error instanceof ServiceError) return refusal(error);
      throw error;
    }
  }

  needs(operation: string, { body }: ServiceRequest): readonly Need[] {
    return queueNeeds(this.#context, operation, parseJson(operation, body));
  }

  #perform<Name extends Operation>(operation: Name, body: Buffer): object | Promise<object> {
    const input = parseInput(inputs[operation], operation, body);
    // An operation's handler takes what its own schema gives; the compiler cannot follow the pair.
    const handler = this.#handlers[operation] as (input: unknown) => object | Promise<object>;
    return handler(input);
  }

  /**
   * Takes a message from another service of the region, into a standard queue.
   * @param queue - name or ARN
   * @throws ServiceError - `QueueDoesNotExist`, or that the queue refuses the message
   */
  put(queue: string, body: string): void {
    const message = { body, attributes: {}, systemAttributes: {} };
    for (const taken of this.#broker.send(this.#broker.queues.find(queue), [message])) {
      if (taken instanceof ServiceError) throw taken;
    }
  }

  /** Receives at once what is there, as `ReceiveMessage` does without waiting. */
  receive(queue: string, limit: number): Received[] {
    return this.#broker.receive(this.#broker.queues.find(queue), limit);
  }

  /** Deletes by receipt handle; the outcome says whether it was still that reception's to delete. */
  delete(queue: string, receiptHandle: string): Removal {
    return this.#broker.remove(this.#broker.queues.find(queue), receiptHandle);
  }

  /** Depth and age of one queue. @param queue - name or ARN */
  stats(queue: string): QueueStats {
    return this.#broker.stats(this.#broker.queues.find(queue));
  }

  /** Depth and age of every queue, by name. */
  allStats(): Readonly<Record<string, QueueStats>> {
    const queues = this.#broker.queues.all();
    return Object.fromEntries(queues.map((queue) => [queue.name, this.#broker.stats(queue)]));
  }

  /**
   * Calls `watcher`, synchronously, whenever there may be something to receive that was not there
   * before: a message arrived, became visible by the region's clock, or no longer blocks its group.
   */
  watch(queue: string, watcher: () => void): Cancel {
    return this.#broker.watch(this.#broker.queues.find(queue), watcher);
  }

  /** Answers the long polls that are held, with nothing. */
  async stop(): Promise<void> {
    this.#broker.stop();
  }
}

function unsupported(operation: string): ServiceError {
  return new ServiceError(
    'UnsupportedOperation',
    `The local region's SQS does not answer ${operation}. It answers ${Object.keys(inputs).join(', ')}.`,
  );
}
