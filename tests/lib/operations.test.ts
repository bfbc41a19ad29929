import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type RunbookHeading, runbook, runbookAddress } from '../../lib/support/runbook.ts';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);

function isHeading(text: string | undefined): text is RunbookHeading {
  return text !== undefined && Object.hasOwn(runbook, text);
}

describe('given the functions', () => {
  const functions = [...resourcesOf(template, 'AWS::Lambda::Function')];

  it('then each runs on Node 24 on arm64, and has logs of its own, in which all lines are JSON', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      // A trace would hold nothing that the log has not, and is paid for (ADR 52).
      TracingConfig: Match.absent(),
      LoggingConfig: { LogFormat: 'JSON' },
    });
    const groups = functions.map(([, { Properties }]) =>
      JSON.stringify(z.object({ LoggingConfig: z.unknown() }).parse(Properties).LoggingConfig),
    );
    expect(new Set(groups).size).toBe(functions.length);
  });

  it.each(functions)('then the environment of %s is far from 4 kB', (_, { Properties }) => {
    const { Environment } = z
      .object({
        Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
      })
      .parse(Properties);
    const names = Object.keys(Environment?.Variables ?? {});
    // What CloudFormation puts in place of a reference is at most an address.
    const longest = 256;
    expect(names.length * longest + names.join('').length).toBeLessThan(4096);
    expect(JSON.stringify(Environment ?? {}).length).toBeLessThan(4096);
  });

  it('then their logs and the access logs are kept as long as the region file says', () => {
    const { application, access } = seoul.deployment.logDays;
    const kept = [...resourcesOf(template, 'AWS::Logs::LogGroup')].map(([id, { Properties }]) => [
      id.startsWith('ApiAccessLogs'),
      Properties['RetentionInDays'],
    ]);
    expect(kept.filter(([isAccess]) => isAccess)).toEqual([[true, access]]);
    expect(kept.filter(([isAccess]) => !isAccess)).toEqual(
      functions.map(() => [false, application]),
    );
  });

  it('then the sweep runs every minute: what was parked is due by the second', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Sweep'), 'Arn'] } }],
    });
  });
});

describe('given the alarms', () => {
  const Alarm = z.object({
    AlarmName: z.string(),
    AlarmDescription: z.string(),
    AlarmActions: z.tuple([z.object({ Ref: z.string() })]),
    // One that is made of several has none.
    MetricName: z.string().default(''),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
  });
  const alarms = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].map(
    ({ Properties }) => Alarm.parse(Properties),
  );
  const watched = (metric: string) =>
    new Set(
      alarms
        .filter(({ MetricName }) => MetricName === metric)
        .flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => JSON.stringify(Value))),
    );

  it('then each has a name of its own and leads to a heading of the runbook', () => {
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(alarms.length);
    const written = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (.+)$/gm)];
    const known = written
      .map(([, heading]) => heading)
      .filter(isHeading)
      .map(runbookAddress);
    for (const { AlarmDescription } of alarms) {
      expect(known).toContain(/docs\/runbook\.md#\S+$/.exec(AlarmDescription)?.[0]);
    }
  });

  it('then each tells the one topic, which CloudWatch may publish to', () => {
    const [topic] = resourcesOf(template, 'AWS::SNS::Topic').keys();
    expect(new Set(alarms.map(({ AlarmActions }) => AlarmActions[0].Ref))).toEqual(
      new Set([topic]),
    );
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      },
    });
  });

  it('then what the canary finds is watched, and that it finds nothing because nobody asks, but not before it could', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ladder-seoul: canary fails',
      Namespace: 'Ladder',
      MetricName: 'CanaryFailures',
      Dimensions: [{ Name: 'Region', Value: 'seoul' }],
      Statistic: 'Sum',
      Period: 300,
      Threshold: 1,
      // A region that is new, or closed, has not been asked yet.
      TreatMissingData: 'notBreaching',
    });
    const [topic] = resourcesOf(template, 'AWS::SNS::Topic').keys();
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ladder-seoul: canary is silent',
      AlarmDescription: Match.stringLikeRegexp('docs/runbook.md#the-canary-fails$'),
      MetricName: 'CanaryFailures',
      Statistic: 'SampleCount',
      EvaluationPeriods: 4,
      // An alarm is born without data, and tells only that this has become so: never at its birth.
      TreatMissingData: 'missing',
      InsufficientDataActions: [{ Ref: topic }],
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Canary'), 'Arn'] } }],
    });
  });

  it('then a deletion that waits for too long is told', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ladder-seoul: deletion waits',
      AlarmDescription: Match.stringLikeRegexp('docs/runbook.md#a-deletion-waits$'),
      MetricName: 'DeletionsOverdue',
      Dimensions: [{ Name: 'Region', Value: 'seoul' }],
      Statistic: 'Maximum',
      Threshold: 1,
    });
  });

  it('then a pool of vouchers that runs low is told', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ladder-seoul: a pool of vouchers runs low',
      AlarmDescription: Match.stringLikeRegexp('docs/runbook.md#a-pool-of-vouchers-runs-low$'),
      MetricName: 'VouchersLow',
      Dimensions: [{ Name: 'Region', Value: 'seoul' }],
      Statistic: 'Maximum',
      Threshold: 1,
    });
  });

  it('then the age of every provider’s messages is watched, by no more metrics than an alarm takes', () => {
    const Watching = z.object({
      AlarmName: z.string(),
      Threshold: z.number(),
      Metrics: z.array(
        z.object({
          Expression: z.string().optional(),
          MetricStat: z
            .object({
              Metric: z.object({ Dimensions: z.tuple([z.object({ Value: z.unknown() })]) }),
            })
            .optional(),
        }),
      ),
    });
    const waiting = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].filter(
      ({ Properties }) => String(Properties['AlarmName']).includes('accounts wait'),
    );
    const watching = waiting.map(({ Properties }) => Watching.parse(Properties));
    const queues = watching.flatMap(({ Metrics, Threshold }) => {
      expect(Threshold).toBe(3_600);
      const found = Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
      expect(found.length).toBeLessThanOrEqual(10);
      const named = Array.from(found, (_, position) => `age${position}`).join(', ');
      expect(Metrics.map(({ Expression }) => Expression)).toContain(`MAX([${named}])`);
      return found.map(({ Metric }) => JSON.stringify(Metric.Dimensions[0].Value));
    });
    expect(new Set(queues).size).toBe(seoul.providers.length);
    expect(queues).toHaveLength(seoul.providers.length);
  });

  it.each([
    ['providers rest', 'ProvidersResting', 'a-provider-rests'],
    ['providers fail', 'ProvidersFailing', 'a-provider-fails'],
  ])('then that %s for a quarter of an hour is told', (name, MetricName, heading) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `ladder-seoul: ${name}`,
      AlarmDescription: Match.stringLikeRegexp(`docs/runbook.md#${heading}$`),
      MetricName,
      // In every minute of the three periods.
      Statistic: 'Minimum',
      EvaluationPeriods: 3,
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  it('then it is told where a thousand learners wait for a provider, parked ones included', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'ladder-seoul: many learners wait',
      AlarmDescription: Match.stringLikeRegexp('docs/runbook.md#accounts-wait-for-a-provider$'),
      MetricName: 'AccountsWaiting',
      Statistic: 'Minimum',
      EvaluationPeriods: 3,
      Threshold: 1_000,
      TreatMissingData: 'notBreaching',
    });
  });

  it('then throttling is watched, faults of the API, and mail that reaches nobody', () => {
    expect(alarms.filter(({ MetricName }) => MetricName === 'Throttles')).toHaveLength(1);
    expect(watched('5xx').size).toBe(1);
    const byMail = alarms.filter(({ AlarmDescription }) => AlarmDescription.includes('#mail-does'));
    expect(byMail.map(({ MetricName }) => MetricName).sort()).toEqual([
      'Bounce',
      'Complaint',
      'Reject',
      'seoul notices/mail.trigger undeliverable',
      'seoul notices/resend.job undeliverable',
    ]);
  });
});
