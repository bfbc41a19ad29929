import { z } from 'zod';
import type { LocalContext } from '../context.ts';
import {
  type AwsService,
  type Need,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import type { QueueStats } from '../sqs/service.ts';

/** Times are seconds since the epoch, as the JSON protocol writes them. */
const Input = z.strictObject({
  StartTime: z.number(),
  EndTime: z.number(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
  MetricDataQueries: z
    .array(
      z.strictObject({
        Id: z.string().regex(/^[a-z]\w*$/),
        Label: z.string().optional(),
        ReturnData: z.literal(true).optional(),
        MetricStat: z.strictObject({
          Metric: z.strictObject({
            Namespace: z.literal('AWS/SQS'),
            MetricName: z.enum([
              'ApproximateAgeOfOldestMessage',
              'ApproximateNumberOfMessagesVisible',
            ]),
            Dimensions: z.tuple([
              z.strictObject({ Name: z.literal('QueueName'), Value: z.string() }),
            ]),
          }),
          Period: z.int().multipleOf(60).min(60),
          Stat: z.enum(['Maximum', 'Average', 'Minimum']),
        }),
      }),
    )
    .min(1)
    .max(500),
});
type Query = z.output<typeof Input>['MetricDataQueries'][number];

/** Depth and age of every queue, by name. */
type Queues = () => Readonly<Record<string, QueueStats>>;

/**
 * The local region's CloudWatch, which keeps no metrics: it answers `GetMetricData` for what queues are at this moment, as
 * one point of the minute that runs. Whatever else is asked is refused.
 */
export class CloudWatch implements AwsService {
  readonly target = 'GraniteServiceVersion20100801';
  readonly #context: Pick<LocalContext, 'clock'>;
  readonly #queues: Queues;

  constructor(context: Pick<LocalContext, 'clock'>, queues: Queues) {
    this.#context = context;
    this.#queues = queues;
  }

  /** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
  needs(operation: string): readonly Need[] {
    return [{ action: `cloudwatch:${operation}`, resource: '*' }];
  }

  async answer(operation: string, { body }: ServiceRequest): Promise<ServiceReply> {
    const { StartTime, EndTime, MetricDataQueries } = read(operation, body);
    const minute = Math.floor(this.#context.clock.now() / 60_000) * 60;
    const isAsked = StartTime <= minute && minute < EndTime;
    const queues = this.#queues();
    const MetricDataResults = MetricDataQueries.map((query) => {
      const value = isAsked ? measuredOf(query, queues) : undefined;
      return {
        Id: query.Id,
        Label: query.Label ?? query.MetricStat.Metric.MetricName,
        StatusCode: 'Complete',
        Timestamps: value === undefined ? [] : [minute],
        Values: value === undefined ? [] : [value],
      };
    });
    return { status: 200, body: JSON.stringify({ MetricDataResults, Messages: [] }) };
  }
}

/** Undefined where there is no such queue: nobody has measured it. */
function measuredOf({ MetricStat: { Metric } }: Query, queues: ReturnType<Queues>) {
  const stats = queues[Metric.Dimensions[0].Value];
  if (stats === undefined) return undefined;
  switch (Metric.MetricName) {
    case 'ApproximateAgeOfOldestMessage':
      return Math.floor(stats.oldestAgeSeconds ?? 0);
    case 'ApproximateNumberOfMessagesVisible':
      return stats.available;
  }
}

/** @throws ServiceError - `UnknownOperationException`, `InvalidParameterValueException` */
function read(operation: string, body: Buffer): z.output<typeof Input> {
  if (operation !== 'GetMetricData') {
    const message = `The local region's CloudWatch does not answer ${operation}. It answers GetMetricData.`;
    throw new ServiceError('UnknownOperationException', message);
  }
  const input = Input.safeParse(JSON.parse(body.toString('utf8') || '{}'));
  if (input.success) return input.data;
  throw new ServiceError(
    'InvalidParameterValueException',
    `GetMetricData: the local region keeps no metrics but the age and number of queues' messages. ${z.prettifyError(input.error)}`,
  );
}
