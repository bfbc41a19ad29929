import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ResourceKind, resourceKind } from '../resource.ts';
import { ServiceError } from '../service.ts';
import { maximumBytes } from './outgoing.ts';
import type { Queue, QueueDirectory, QueueSettings } from './queue.ts';

/** CloudFormation takes numbers and booleans also as texts. */
function integer(least: number, most: number) {
  const text = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);
  return z.union([z.int(), text]).pipe(z.int().min(least).max(most));
}
const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

const Tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
const QueueProperties = z.strictObject({
  QueueName: z.string().optional(),
  FifoQueue: flag.default(false),
  ContentBasedDeduplication: flag.default(false),
  DeduplicationScope: z.enum(['queue', 'messageGroup']).default('queue'),
  FifoThroughputLimit: z.enum(['perQueue', 'perMessageGroupId']).default('perQueue'),
  DelaySeconds: integer(0, 900).default(0),
  VisibilityTimeout: integer(0, 43_200).default(30),
  MessageRetentionPeriod: integer(60, 1_209_600).default(345_600),
  MaximumMessageSize: integer(1024, maximumBytes).default(maximumBytes),
  ReceiveMessageWaitTimeSeconds: integer(0, 20).default(0),
  RedrivePolicy: z
    .strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: integer(1, 1000) })
    .optional(),
  RedriveAllowPolicy: z
    .strictObject({
      redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
      sourceQueueArns: z.array(z.string()).max(10).optional(),
    })
    .optional(),
  // Nothing is encrypted on a developer's machine; the queue answers what the template says.
  SqsManagedSseEnabled: flag.optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: integer(60, 86_400).optional(),
  Tags,
});
type QueueProperties = z.output<typeof QueueProperties>;

/** Policies of queues are not enforced locally, as those of roles are: tests assert them on the template. */
const PolicyProperties = z.strictObject({
  PolicyDocument: z.record(z.string(), z.unknown()),
  Queues: z.array(z.string()).min(1),
});

/**
 * `AWS::SQS::Queue` and `AWS::SQS::QueuePolicy`.
 * @param purge - removes every message of a queue, by its name, also of one that is not declared any more
 */
export function queueKinds(
  queues: QueueDirectory,
  purge: (name: string) => void,
): readonly ResourceKind[] {
  return [
    resourceKind({
      type: 'AWS::SQS::Queue',
      properties: QueueProperties,
      create: ({ physicalName, properties }) => {
        const queue = queues.declare(settings(properties, physicalName));
        return { ref: queue.url, attributes: attributesOf(queue) };
      },
      remove: (url) => purge(url.slice(url.lastIndexOf('/') + 1)),
    }),
    resourceKind({
      type: 'AWS::SQS::QueuePolicy',
      properties: PolicyProperties,
      create: ({ physicalName, properties }) => {
        const policy = JSON.stringify(properties.PolicyDocument);
        for (const url of properties.Queues) queues.attachPolicy(queues.at(url), policy);
        return { ref: physicalName, attributes: { Id: physicalName } };
      },
    }),
  ];
}

function attributesOf(queue: Queue): Record<string, string> {
  return { Arn: queue.arn, QueueName: queue.name, QueueUrl: queue.url };
}

function settings(properties: QueueProperties, physicalName: string): QueueSettings {
  const fifo = properties.FifoQueue;
  const name = properties.QueueName ?? generatedName(physicalName, fifo);
  checkName(name, fifo);
  if (!fifo && properties.ContentBasedDeduplication) {
    const text = `Queue ${name}: ContentBasedDeduplication needs FifoQueue.`;
    throw new ServiceError('InvalidAttributeName', text);
  }
  return {
    name,
    fifo,
    contentBasedDeduplication: properties.ContentBasedDeduplication,
    deduplicationScope: properties.DeduplicationScope,
    fifoThroughputLimit: properties.FifoThroughputLimit,
    delaySeconds: properties.DelaySeconds,
    visibilityTimeout: properties.VisibilityTimeout,
    retentionPeriod: properties.MessageRetentionPeriod,
    maximumMessageSize: properties.MaximumMessageSize,
    receiveWaitSeconds: properties.ReceiveMessageWaitTimeSeconds,
    redrive: properties.RedrivePolicy,
    redriveAllow: properties.RedriveAllowPolicy,
    encryption: encryption(properties),
  };
}

/** At AWS queues are encrypted with a key of SQS's unless told otherwise. */
function encryption(properties: QueueProperties): Readonly<Record<string, string>> {
  const { KmsMasterKeyId, KmsDataKeyReusePeriodSeconds, SqsManagedSseEnabled } = properties;
  if (KmsMasterKeyId === undefined) {
    return { SqsManagedSseEnabled: String(SqsManagedSseEnabled ?? true) };
  }
  return {
    KmsMasterKeyId,
    KmsDataKeyReusePeriodSeconds: String(KmsDataKeyReusePeriodSeconds ?? 300),
  };
}

function checkName(name: string, fifo: boolean): void {
  const base = fifo ? name.replace(/\.fifo$/, '') : name;
  if (/^[\w-]+$/.test(base) && name.length <= 80 && name.endsWith('.fifo') === fifo) return;
  throw new ServiceError(
    'InvalidParameterValue',
    `Queue name ${name}: can only include alphanumeric characters, hyphens, or underscores, 1 to 80 ` +
      'in length; that of a FIFO queue, and no other, ends in .fifo.',
  );
}

/** A queue's name has 80 characters at most; what is longer keeps its uniqueness by a digest. */
function generatedName(physicalName: string, fifo: boolean): string {
  const ending = fifo ? '.fifo' : '';
  const room = 80 - ending.length;
  if (physicalName.length <= room) return physicalName + ending;
  const digest = createHash('sha256').update(physicalName).digest('hex').slice(0, 8);
  return `${physicalName.slice(0, room - 9)}-${digest}${ending}`;
}
