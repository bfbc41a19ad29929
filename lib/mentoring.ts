import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { z } from 'zod';
import {
  dueIndex,
  listIndex,
  type mentoring,
  type mentoringEnvironments,
  roundKeyPrefix,
} from '../functions/mentoring/contract.ts';
import { CapabilityTable, type RowAction } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';
import { operatorSecret } from './support/operator-secret.ts';
import { Schedule } from './support/schedule.ts';
import { StreamTrigger } from './support/stream-trigger.ts';

export interface MentoringProps {
  readonly identity: CapabilityTable;
  readonly audit: CapabilityTable;
  readonly notices: CapabilityTable;
  readonly documents: CapabilityTable;
  readonly eligibility: CapabilityTable;
}

type Apis = { readonly [part in keyof typeof mentoring.parts]: HandlerFunction };

/** What each part does with mentoring's rows, beside reading and putting some. */
const furtherRows = {
  sessions: ['BatchGetItem', 'UpdateItem', 'DeleteItem'],
  matching: ['BatchGetItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
  mentorships: ['UpdateItem', 'ConditionCheckItem'],
  mentors: ['BatchGetItem', 'DeleteItem', 'ConditionCheckItem'],
  appointments: ['BatchGetItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
} as const satisfies Readonly<Record<keyof Apis, readonly RowAction[]>>;

/** Mentors, rounds of matching, mentorships and their sessions; and the secret that opens rooms. */
export class Mentoring extends Construct {
  readonly table: CapabilityTable;
  /** By the part of the contract that each serves. */
  readonly apis: Apis;
  readonly #props: MentoringProps;

  constructor(scope: Construct, id: string, context: StackContext, props: MentoringProps) {
    super(scope, id);
    this.#props = props;
    this.table = new CapabilityTable(this, 'Data', { stream: true });
    for (const { name, ...keys } of [listIndex, dueIndex]) this.table.addIndex(name, keys);
    this.apis = this.#addApis(context);
    this.#addDue(context);
    this.#addRounds(context);
  }

  get #environment() {
    return {
      MENTORING_TABLE: this.table.name,
      IDENTITY_TABLE: this.#props.identity.name,
      AUDIT_TABLE: this.#props.audit.name,
      NOTICES_TABLE: this.#props.notices.name,
      ELIGIBILITY_TABLE: this.#props.eligibility.name,
    } satisfies z.input<typeof mentoringEnvironments.round>;
  }

  #allowChanges(handler: HandlerFunction): void {
    const { table } = this;
    table.allow(handler, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.allow(handler, 'ConditionCheckItem');
    this.#allowOthers(handler);
  }

  /** What all do beside mentoring's own rows: say who did it, and who hears of it. */
  #allowOthers(handler: HandlerFunction): void {
    this.#props.audit.allow(handler, 'PutItem');
    this.#props.notices.allow(handler, 'PutItem');
    // A learner's consent, and the name or the check of a mentor.
    this.#props.identity.allow(handler, 'GetItem');
  }

  #addApis(context: StackContext): Apis {
    const { documents, eligibility } = this.#props;
    const meetings = meetingsSecret(this, context);
    const rooms = { MEETINGS_SECRET: meetingsSecretName(context) } satisfies z.input<
      typeof mentoringEnvironments.rooms
    >;
    const papers = { DOCUMENTS_TABLE: documents.name } satisfies z.input<
      typeof mentoringEnvironments.papers
    >;
    const apis = {
      sessions: this.#addApi('SessionsApi', 'sessions', context),
      matching: this.#addApi('MatchingApi', 'matching', context),
      mentorships: this.#addApi('MentorshipsApi', 'mentorships', context),
      mentors: this.#addApi('MentorsApi', 'mentors', context, papers),
      appointments: this.#addApi('AppointmentsApi', 'appointments', context, rooms),
    };
    documents.allow(apis.mentors, 'Query');
    // The household of whoever offers to be a mentor is found by their applications.
    eligibility.allow(apis.mentors, 'Query', 'BatchGetItem');
    for (const one of [apis.sessions, apis.matching, apis.mentorships, apis.appointments])
      eligibility.allow(one, 'GetItem');
    apis.appointments.allow(['secretsmanager:GetSecretValue'], [meetings.secretArn]);
    this.#watchReports(apis.mentors, context);
    return apis;
  }

  #addApi(
    id: string,
    part: keyof Apis,
    context: StackContext,
    more: Readonly<Record<string, string>> = {},
  ): HandlerFunction {
    const handler = new HandlerFunction(this, id, context, {
      entry: `mentoring/${part}.api`,
      environment: { ...this.#environment, ...more },
      seconds: apiSeconds,
      memory: 1024,
    });
    this.table.allow(handler, 'GetItem', 'Query', 'PutItem', ...furtherRows[part]);
    this.table.allowQueries(handler, listIndex.name);
    this.#allowOthers(handler);
    this.#props.identity.allow(handler, 'BatchGetItem', 'Query');
    return handler;
  }

  /** Leads are no learners, so no notice reaches them: the log tells of a report, and nothing of what is in it. */
  #watchReports({ entry, logs }: HandlerFunction, { region, alarms }: StackContext): void {
    const filter = new MetricFilter(this, 'Reports', {
      logGroup: logs,
      filterPattern: { logPatternString: '{ $.message = "safeguarding report made" }' },
      metricNamespace: 'Ladder',
      metricName: `${region.id} ${entry} reports`,
      metricValue: '1',
    });
    const metric = filter.metric({ period: Duration.minutes(5), statistic: 'Sum' });
    alarms.whenReported('safeguarding report', metric);
  }

  #addDue(context: StackContext): void {
    const { eligibility } = this.#props;
    const handler = new HandlerFunction(this, 'Due', context, {
      entry: 'mentoring/due.job',
      environment: this.#environment,
      seconds: 300,
    });
    this.#allowChanges(handler);
    this.table.allowQueries(handler, dueIndex.name);
    this.table.allowQueries(handler, listIndex.name);
    eligibility.allow(handler, 'GetItem');
    new Schedule(this, 'DueEvery5Minutes', context, {
      handler,
      description: 'Reminds, ends and asks what its moment has come for; proposes matches',
      expression: 'rate(5 minutes)',
    });
  }

  #addRounds(context: StackContext): void {
    const handler = new HandlerFunction(this, 'Round', context, {
      entry: 'mentoring/round.trigger',
      environment: this.#environment,
      seconds: 600,
      // 110,000 requests and 500 mentors. Reading: 1.3 KB a request are 140 pages of 1 MB, 6 for each of 25 areas side by
      // side. Writing: as many pairs as mentors have places, so 2,500 of 5 each in 100 requests. Reading, solving and
      // writing took 5, 3.5 and 0.3 s and 640 MB on two shared cores; solving is done ten times at most. Publishing: 2,500
      // pairs one after the other, at 0.1 s each 250 s; where every mentor has the 50 places that a policy may allow,
      // 25,000 take five of the stream's eleven tries, each of which goes on where the one before ended.
      memory: 3008,
    });
    this.#allowChanges(handler);
    this.table.allow(handler, 'BatchWriteItem');
    // The names of all selected mentors.
    this.#props.identity.allow(handler, 'BatchGetItem');
    this.#props.eligibility.allow(handler, 'GetItem');
    this.table.allowQueries(handler, listIndex.name);
    const keyPrefix = roundKeyPrefix;
    new StreamTrigger(this, 'Rounds', context, { table: this.table, handler, keyPrefix });
  }
}

function meetingsSecretName({ region }: StackContext): string {
  return `ladder/${region.id}/meetings`;
}

function meetingsSecret(scope: Construct, context: StackContext): Secret {
  return operatorSecret(scope, 'Meetings', {
    name: meetingsSecretName(context),
    description: 'The key that signs tokens of meeting rooms: {"key"}',
    known: {},
    generated: 'key',
  });
}
