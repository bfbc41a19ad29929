import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { crewAt } from '../../functions/provisioning/contract.ts';
import { type Provider, ProviderId } from '../../regions/schema.ts';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);
const Attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });

describe('given a stream, when a batch of its changes cannot be handled', () => {
  const Mapping = z.object({
    EventSourceArn: Attribute,
    FilterCriteria: z.object({ Filters: z.tuple([z.object({ Pattern: z.string() })]) }),
    DestinationConfig: z.object({ OnFailure: z.object({ Destination: Attribute }) }),
  });
  const mappings = Object.values(
    template.findResources('AWS::Lambda::EventSourceMapping', {
      Properties: { StartingPosition: Match.anyValue() },
    }),
  );

  it('then it is halved and tried again a bounded number of times, from the oldest on', () => {
    expect(mappings).toHaveLength(10);
    for (const { Properties } of mappings) {
      expect(Properties).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 10,
        MaximumBatchingWindowInSeconds: 0,
      });
    }
  });

  it('then a queue is told, which keeps it for 14 days', () => {
    const queues = resourcesOf(template, 'AWS::SQS::Queue');
    for (const { Properties } of mappings) {
      const [queue] =
        Mapping.parse(Properties).DestinationConfig.OnFailure.Destination['Fn::GetAtt'];
      expect(queues.get(queue)?.Properties['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
    }
  });

  it('then at most two functions read it: with more, DynamoDB throttles the readers of a shard', () => {
    const readers = Map.groupBy(
      mappings,
      ({ Properties }) => Mapping.parse(Properties).EventSourceArn['Fn::GetAtt'][0],
    );
    const crowded = [...readers].filter(([, { length }]) => length > 2).map(([table]) => table);
    expect(crowded).toEqual([]);
    expect([...readers.values()].map(({ length }) => length)).toContain(2);
  });

  it('then only rows of the kind that the function is for were in it', () => {
    const patterns = mappings.map(({ Properties }) => {
      const { EventSourceArn, FilterCriteria } = Mapping.parse(Properties);
      const pattern: unknown = JSON.parse(FilterCriteria.Filters[0].Pattern);
      return [EventSourceArn['Fn::GetAtt'][0].replace(/DataTable.*/, ''), pattern];
    });
    const rows = (...prefixes: string[]) => ({
      dynamodb: { Keys: { pk: { S: prefixes.map((prefix) => ({ prefix })) } } },
    });
    // A trigger each, in any order.
    const texts = (pairs: readonly unknown[]) => pairs.map((pair) => JSON.stringify(pair)).sort();
    expect(texts(patterns)).toEqual(
      texts([
        ['Identity', rows('STAFF#')],
        ['Identity', rows('LEARNER#')],
        ['Documents', rows('LEARNER#', 'MENTOR#')],
        ['Eligibility', rows('APPLICATION#')],
        ['Eligibility', rows('APPLICATION#')],
        ['Enrolment', rows('LEARNER#')],
        ['Enrolment', rows('SEATS#')],
        ['Mentoring', rows('ROUND#')],
        ['Privacy', { eventName: ['INSERT'], ...rows('DELETION#') }],
        // What becomes of a notice is no news.
        ['Notices', { eventName: ['INSERT'], ...rows('NOTICE#') }],
      ]),
    );
  });
});

describe.each(seoul.providers)('given the provider $id', (provider) => {
  const { id } = provider;
  const Queue = z.object({
    VisibilityTimeout: z.number(),
    RedrivePolicy: z.object({ deadLetterTargetArn: Attribute, maxReceiveCount: z.number() }),
  });
  const queues = resourcesOf(template, 'AWS::SQS::Queue');
  const named = (name: string) =>
    [...queues].find(([, { Properties }]) => Properties['QueueName'] === name);
  const [queueId, queue] = named(`ladder-seoul-${id}.fifo`) ?? [];
  const [deadLetterId, deadLetters] = named(`ladder-seoul-${id}-dlq.fifo`) ?? [];

  it('then its FIFO queue and its dead-letter queue belong together', () => {
    const { RedrivePolicy } = Queue.parse(queue?.Properties);
    expect(RedrivePolicy.maxReceiveCount).toBe(12);
    expect(RedrivePolicy.deadLetterTargetArn['Fn::GetAtt']).toEqual([deadLetterId, 'Arn']);
    expect(deadLetters?.Properties).toMatchObject({
      FifoQueue: true,
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
  });

  it('then learners do not hold up each other in it', () => {
    expect(queue?.Properties).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      SqsManagedSseEnabled: true,
    });
  });

  it('then the worker reads it, reports each failed message, and ends before a message comes back', () => {
    const [mapping] = Object.values(
      template.findResources('AWS::Lambda::EventSourceMapping', {
        Properties: { EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] } },
      }),
    );
    expect(mapping?.['Properties']).toMatchObject({
      BatchSize: crewAt(provider).batch,
      ScalingConfig: { MaximumConcurrency: crewAt(provider).workers },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const worker = resourcesOf(template, 'AWS::Lambda::Function').get(
      z.object({ FunctionName: z.object({ Ref: z.string() }) }).parse(mapping?.['Properties'])
        .FunctionName.Ref,
    );
    const timeout = z.object({ Timeout: z.number() }).parse(worker?.Properties).Timeout;
    expect(Queue.parse(queue?.Properties).VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout);
  });
});

describe('given the secret of all providers', () => {
  const made = (providers: readonly Provider[]) =>
    [
      ...resourcesOf(
        templateOf({ ...seoul, providers: [...providers] }),
        'AWS::SecretsManager::Secret',
      ),
    ].filter(([, { Properties }]) => Properties['Name'] === 'ladder/seoul/providers');
  const without = seoul.providers.filter(({ kind }) => kind === 'voucher' || kind === 'manual');

  it('then it is made with nothing of them, so that one who joins or leaves changes no value', () => {
    const [all, fewer] = [seoul.providers, seoul.providers.slice(1)].map(made);
    expect(all).toHaveLength(1);
    expect(fewer).toEqual(all);
    expect(all?.[0]?.[1].Properties['GenerateSecretString']).toMatchObject({
      SecretStringTemplate: '{}',
      GenerateStringKey: '_unfilled',
    });
    expect(ProviderId.safeParse('_unfilled').success).toBe(false);
  });

  it('then there is none where no provider needs any, and nobody may read it', () => {
    expect(without.length).toBeGreaterThan(0);
    expect(made(without)).toEqual([]);
  });
});
