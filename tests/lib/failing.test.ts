import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);
const Ref = z.object({ Ref: z.string() }).transform((reference) => reference.Ref);
const Attribute = z
  .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
  .transform(({ 'Fn::GetAtt': [id] }) => id);
const Id = z.union([Ref, Attribute]);

/** Of each function its file below `functions/`, by its id in the template. */
const entries = new Map(
  [...resourcesOf(template, 'AWS::Lambda::Function')].map(([id, { Properties }]) => [
    id,
    /functions\/(\S+)\.ts/.exec(String(Properties['Description']))?.[1] ?? '',
  ]),
);
const functionsOf = (pattern: RegExp) =>
  [...entries].filter(([, entry]) => pattern.test(entry)).map(([id]) => id);

const Alarm = z.object({
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Value: Id })).default([]),
  Period: z.int(),
  Threshold: z.number(),
  EvaluationPeriods: z.int(),
});
const alarms = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].flatMap(
  ({ Properties }) => Alarm.safeParse(Properties).data ?? [],
);
/** Of what there is an alarm by a metric. */
const watched = (metric: string) =>
  alarms
    .filter(({ MetricName }) => MetricName === metric)
    .flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => Value))
    .toSorted();

const mappings = [...resourcesOf(template, 'AWS::Lambda::EventSourceMapping').values()].map(
  ({ Properties }) =>
    z
      .object({
        EventSourceArn: Attribute,
        FunctionName: Id,
        StartingPosition: z.string().optional(),
      })
      .parse(Properties),
);
const queues = mappings.filter(({ StartingPosition }) => StartingPosition === undefined);
const streams = mappings.filter(({ StartingPosition }) => StartingPosition !== undefined);

/** How often each job runs. */
const rules = new Map(
  [...resourcesOf(template, 'AWS::Events::Rule').values()].flatMap(({ Properties }) => {
    const { ScheduleExpression, Targets } = z
      .object({ ScheduleExpression: z.string(), Targets: z.tuple([z.object({ Arn: Id })]) })
      .parse(Properties);
    return [[Targets[0].Arn, ScheduleExpression] as const];
  }),
);

describe('given a function that fails, then an alarm tells of it', () => {
  it('of one behind the API: its answers are 5xx', () => {
    const [api] = resourcesOf(template, 'AWS::ApiGatewayV2::Api').keys();
    expect(watched('5xx')).toEqual([api]);
    const body = JSON.stringify([...resourcesOf(template, 'AWS::ApiGatewayV2::Api').values()]);
    const behind = functionsOf(/(\/|\.)api$/);
    expect(behind.length).toBeGreaterThan(10);
    expect(behind.filter((id) => !body.includes(`"${id}"`))).toEqual([]);
  });

  it('of a trigger: changes wait, and are given up', () => {
    const triggers = functionsOf(/\.trigger$/).toSorted();
    expect(watched('IteratorAge')).toEqual(triggers);
    expect(streams.map(({ FunctionName }) => FunctionName).toSorted()).toEqual(triggers);
  });

  it('of what runs by the clock and of workers: they end with errors', () => {
    const workers = functionsOf(/\.worker$/);
    expect(new Set(queues.map(({ FunctionName }) => FunctionName))).toEqual(new Set(workers));
    expect(watched('Errors')).toEqual([...workers, ...rules.keys()].toSorted());
  });

  it('of what is called: whoever calls it is told', () => {
    const told = new Set([...functionsOf(/(\/|\.)api$|\.(trigger|worker)$/), ...rules.keys()]);
    const others = [...entries].filter(([id]) => !told.has(id)).map(([, entry]) => entry);
    expect(others.toSorted()).toEqual([
      'operation/migration.job',
      'privacy/eligibility.job',
      'privacy/enrolment.job',
      'privacy/mentoring.job',
      'provisioning/operator.job',
    ]);
  });

  it('and of every message and change that is given up: its queue is not empty', () => {
    const Policy = z.object({ RedrivePolicy: z.object({ deadLetterTargetArn: Attribute }) });
    const all = resourcesOf(template, 'AWS::SQS::Queue');
    const last = queues.map(
      ({ EventSourceArn }) =>
        Policy.parse(all.get(EventSourceArn)?.Properties).RedrivePolicy.deadLetterTargetArn,
    );
    const givenUp = [...all.keys()].filter((id) => id.includes('GivenUp'));
    expect(givenUp).toHaveLength(streams.length);
    expect(watched('ApproximateNumberOfMessagesVisible')).toEqual([...last, ...givenUp].toSorted());
  });
});

/** Errors that Lambda counts of a run that fails: it makes three attempts, a minute and two more apart. */
const attempts = [0, 60, 180];

/** Whether an alarm on errors sounds within a day, for runs that all fail, the first so many seconds after an hour. */
function sounds(alarm: z.infer<typeof Alarm>, every: number, phase: number): boolean {
  const errors = new Map<number, number>();
  for (let run = phase; run < 86_400; run += every) {
    for (const after of attempts) {
      const period = Math.floor((run + after) / alarm.Period);
      errors.set(period, (errors.get(period) ?? 0) + 1);
    }
  }
  return [...errors.keys()].some((period) =>
    Array.from({ length: alarm.EvaluationPeriods }).every(
      (_, next) => (errors.get(period + next) ?? 0) >= alarm.Threshold,
    ),
  );
}

const seconds: Readonly<Record<string, number>> = {
  'rate(1 minute)': 60,
  'rate(5 minutes)': 300,
  'rate(1 hour)': 3_600,
};

describe('given a job all of whose runs fail', () => {
  it.each([...rules].map(([id, rate]) => [entries.get(id), rate, id] as const))(
    'then the alarm of %s, %s, sounds, whenever in the hour it was made',
    (_, rate, id) => {
      const alarm = alarms.find(
        ({ MetricName, Dimensions }) => MetricName === 'Errors' && Dimensions[0]?.Value === id,
      );
      const every = seconds[rate] ?? Number.NaN;
      const phases = Array.from({ length: 240 }, (_step, quarter) => quarter * 15);
      expect(alarm && phases.filter((phase) => !sounds(alarm, every, phase))).toEqual([]);
    },
  );
});
