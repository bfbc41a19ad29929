import { describe, expect, it } from 'vitest';
import { RegionClock } from '../../../local/clock.ts';
import { CloudWatch } from '../../../local/cloudwatch/service.ts';

const stats = { available: 3, inFlight: 1, delayed: 0, oldestAgeSeconds: 77.8 };
const cloudWatch = new CloudWatch({ clock: new RegionClock() }, () => ({ 'mill.fifo': stats }));
const ask = async (operation: string, input: object) => {
  const request = { method: 'POST', path: '/', headers: {} };
  const body = Buffer.from(JSON.stringify(input));
  const reply = await cloudWatch.answer(operation, { ...request, body });
  return JSON.parse(reply.body.toString());
};
const query = (Id: string, MetricName: string, queue: string, Namespace = 'AWS/SQS') => ({
  Id,
  MetricStat: {
    Metric: { Namespace, MetricName, Dimensions: [{ Name: 'QueueName', Value: queue }] },
    Period: 60,
    Stat: 'Maximum',
  },
});
const now = Date.now() / 1_000;
const lately = { StartTime: now - 900, EndTime: now + 60 };
const age = 'ApproximateAgeOfOldestMessage';

describe("the local region's CloudWatch", () => {
  it('tells what queues are at this moment, each query for itself', async () => {
    const MetricDataQueries = [
      query('a', age, 'mill.fifo'),
      query('b', 'ApproximateNumberOfMessagesVisible', 'mill.fifo'),
      query('c', age, 'gone.fifo'),
    ];
    expect(await ask('GetMetricData', { ...lately, MetricDataQueries })).toMatchObject({
      MetricDataResults: [
        { Id: 'a', Values: [77] },
        { Id: 'b', Values: [3] },
        { Id: 'c', Values: [], Timestamps: [] },
      ],
    });
  });

  it('keeps nothing of before', async () => {
    const MetricDataQueries = [query('a', age, 'mill.fifo')];
    const before = { StartTime: now - 900, EndTime: now - 300 };
    expect(await ask('GetMetricData', { ...before, MetricDataQueries })).toMatchObject({
      MetricDataResults: [{ Id: 'a', Values: [] }],
    });
  });

  it.each([
    ['another operation', 'DescribeAlarms', {}, 'UnknownOperationException'],
    [
      'a metric that it does not keep',
      'GetMetricData',
      { ...lately, MetricDataQueries: [query('a', 'Errors', 'mill', 'AWS/Lambda')] },
      'InvalidParameterValueException',
    ],
  ])('refuses %s', async (_, operation, input, code) => {
    await expect(ask(operation, input)).rejects.toMatchObject({ code });
  });

  it('needs a right that knows no resources', () => {
    expect(cloudWatch.needs('GetMetricData')).toEqual([
      { action: 'cloudwatch:GetMetricData', resource: '*' },
    ]);
  });
});
