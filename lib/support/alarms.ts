import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Keys } from '../keys.ts';
import { acknowledge } from './acknowledge.ts';
import { type RunbookHeading, runbook, runbookAddress } from './runbook.ts';

interface AlarmRequest {
  /** What it is about, unique in the stack: the alarm's name after the stack's. */
  readonly name: string;
  readonly heading: RunbookHeading;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods in a row; one unless said otherwise. */
  readonly periods?: number;
  /** It tells only that nothing is measured any more, which an alarm that was just made cannot. */
  readonly whenSilent?: true;
}

const fiveMinutes = Duration.minutes(5);

/**
 * Every alarm of a stack. Each is named for what it watches, its description leads to the heading of the
 * runbook that says what to do, and each tells one topic: whoever is on call subscribes to that.
 */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly #prefix: string;

  /** @param prefix - begins the names of all alarms, so that they sort together in an account */
  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id);
    this.#prefix = prefix;
    const { own } = Keys.of(this);
    this.topic = new Topic(this, 'Topic', {
      displayName: `Alarms of ${prefix}`,
      enforceSSL: true,
      ...(own === undefined ? {} : { masterKey: own }),
    });
    if (own === undefined) acknowledgePlainTopic(this.topic);
    // A topic with a policy of its own has lost the default one, by which CloudWatch could publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsOfThisAccount',
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }

  /** A queue that should be empty holds messages: a DLQ, or what a stream trigger gave up. */
  whenFilled(name: string, queue: IQueue, heading: RunbookHeading): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({
      period: fiveMinutes,
      statistic: 'Maximum',
    });
    this.#add({ name, heading, metric, threshold: 1 });
  }

  /**
   * A job or a worker ends with errors: of what else invokes functions, each has an alarm of its own (ADR 52).
   *
   * @param every - how often it runs at least: of one that runs each hour all three attempts have to fail, which Lambda makes
   * of a run within minutes (Lambda Developer Guide, "Asynchronous invocation")
   */
  whenFailing(name: string, watched: IFunction, every: 'minutes' | 'hour'): void {
    const { period, threshold, periods } = {
      // One error is retried; what fails on and on needs a person.
      minutes: { period: fiveMinutes, threshold: 1, periods: 2 },
      hour: { period: Duration.hours(1), threshold: 3, periods: 1 },
    }[every];
    const metric = watched.metricErrors({ period, statistic: 'Sum' });
    this.#add({ name: `${name} fails`, heading: 'A function fails', metric, threshold, periods });
  }

  /**
   * Lambda refuses to run functions. No function has concurrency of its own, so it is the account's that is used
   * up: one metric for all of them.
   */
  whenThrottled(): void {
    const metric = new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Throttles',
      period: fiveMinutes,
      statistic: 'Sum',
    });
    const heading = 'Functions are throttled';
    this.#add({ name: 'functions are throttled', heading, metric, threshold: 1, periods: 2 });
  }

  /** A stream's function is behind by more than a quarter of an hour. */
  whenLagging(name: string, watched: IFunction): void {
    const metric = watched.metric('IteratorAge', { period: fiveMinutes, statistic: 'Maximum' });
    const threshold = Duration.minutes(15).toMilliseconds();
    this.#add({ name: `${name} lags`, heading: 'Changes of a table wait', metric, threshold });
  }

  /** Notices that nobody gets: counted in the log, or by Amazon SES. */
  whenMailFails(name: string, metric: Metric): void {
    this.#add({ name, heading: 'Mail does not reach people', metric, threshold: 1 });
  }

  /** Somebody made a safeguarding report: counted in the log, which says no more than that. */
  whenReported(name: string, metric: Metric): void {
    this.#add({ name, heading: 'A safeguarding report waits', metric, threshold: 1 });
  }

  /** Accounts that are being deleted, and wait for longer than the rules of privacy allow. */
  whenDeletionWaits(overdue: Metric): void {
    const request = {
      name: 'deletion waits',
      heading: 'A deletion waits',
      metric: overdue,
    } as const;
    // A backup that is restored deletes people anew who have waited since long ago: seconds later they have not.
    this.#add({ ...request, threshold: 1, periods: 3 });
  }

  /** A provider has fewer codes left than its low-water mark says, or as many. */
  whenPoolsLow(low: Metric): void {
    const heading = 'A pool of vouchers runs low';
    this.#add({ name: 'a pool of vouchers runs low', heading, metric: low, threshold: 1 });
  }

  /** Accounts came to the work list, where they wait for a person. */
  whenTasksOpen(opened: Metric): void {
    const heading = 'Somebody has to look at an account';
    this.#add({ name: 'accounts to look at', heading, metric: opened, threshold: 1 });
  }

  /** A provider has accounts that nobody here knows. */
  whenOrphansFound(found: Metric): void {
    const heading = 'A provider has accounts that nobody knows';
    this.#add({ name: 'orphans at a provider', heading, metric: found, threshold: 1 });
  }

  /** Accounts wait for providers, or these are not asked or fail, for so many periods of five minutes in a row. */
  whenProviders(name: string, watched: Omit<AlarmRequest, 'name' | 'whenSilent'>): void {
    this.#add({ name, ...watched });
  }

  /** What is asked from outside is not answered as it should be, or is not asked any more. */
  whenCanaryFails(failures: Metric): void {
    const heading = 'The canary fails';
    // It asks once in a period: what fails twice in a row is no single lost packet.
    this.#add({ name: 'canary fails', heading, metric: failures, threshold: 1, periods: 2 });
    const count = failures.with({ statistic: 'SampleCount' });
    const silent = { heading, metric: count, threshold: 1, whenSilent: true } as const;
    this.#add({ name: 'canary is silent', ...silent, periods: 4 });
  }

  /** The API answers with 5xx. */
  whenApiFaults(apiId: string): void {
    const metric = new Metric({
      namespace: 'AWS/ApiGateway',
      metricName: '5xx',
      dimensionsMap: { ApiId: apiId },
      period: fiveMinutes,
      statistic: 'Sum',
    });
    const heading = 'The API answers with faults of its own';
    this.#add({ name: 'API faults', heading, metric, threshold: 1, periods: 2 });
  }

  /** One request of twenty takes longer than two seconds, for a quarter of an hour. */
  whenApiSlow(apiId: string): void {
    const metric = new Metric({
      namespace: 'AWS/ApiGateway',
      metricName: 'Latency',
      dimensionsMap: { ApiId: apiId },
      period: fiveMinutes,
      statistic: 'p95',
    });
    const threshold = Duration.seconds(2).toMilliseconds();
    this.#add({ name: 'API is slow', heading: 'The API is slow', metric, threshold, periods: 3 });
  }

  #add({ name, heading, metric, threshold, periods = 1, whenSilent }: AlarmRequest): void {
    const properties = {
      alarmName: `${this.#prefix}: ${name}`,
      alarmDescription: `${runbook[heading]}. ${runbookAddress(heading)}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: whenSilent
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: whenSilent ? TreatMissingData.MISSING : TreatMissingData.NOT_BREACHING,
    } satisfies AlarmProps;
    const alarm = new Alarm(this, name, properties);
    const action = { bind: () => ({ alarmActionArn: this.topic.topicArn }) };
    alarm.addAlarmAction(action);
    // The state in which an alarm is born: what is told is the change to it (Amazon CloudWatch User Guide, "Alarm actions").
    if (whenSilent) alarm.addInsufficientDataAction(action);
  }
}

function acknowledgePlainTopic(topic: Topic): void {
  acknowledge(topic, {
    id: 'NIST.800.53.R5-SNSEncryptedKMS',
    reason:
      'Alarms cannot publish to a topic under AWS\'s own key for SNS, whose policy nobody can change; messages name alarms, no one\'s data. With "keys: own" it is encrypted.',
  });
}
