import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);
const Closable = z.object({
  Description: z.string(),
  ReservedConcurrentExecutions: z.unknown().optional(),
});

describe('given the parameter Serving', () => {
  it('then it is "yes" unless a deployment says "no", and nothing else', () => {
    template.hasParameter('Serving', {
      Type: 'String',
      Default: 'yes',
      AllowedValues: ['yes', 'no'],
    });
    expect(template.toJSON()['Conditions']).toEqual({
      Closed: { 'Fn::Equals': [{ Ref: 'Serving' }, 'no'] },
    });
  });

  it('when it is "no", then no function runs but those that a restore invokes: neither a route nor a trigger of privacy', () => {
    const functions = [...resourcesOf(template, 'AWS::Lambda::Function').values()].map(
      ({ Properties }) => Closable.parse(Properties),
    );
    const works = functions.filter(
      ({ ReservedConcurrentExecutions: reserved }) => reserved === undefined,
    );
    expect(works.map(({ Description }) => Description).sort()).toEqual([
      'functions/operation/migration.job.ts of seoul',
      'functions/privacy/due.job.ts of seoul',
      // Whom it asks.
      'functions/privacy/eligibility.job.ts of seoul',
      'functions/privacy/enrolment.job.ts of seoul',
      'functions/privacy/mentoring.job.ts of seoul',
    ]);
    for (const { ReservedConcurrentExecutions: reserved, Description } of functions) {
      if (reserved === undefined) continue;
      expect(reserved, Description).toEqual({ 'Fn::If': ['Closed', 0, { Ref: 'AWS::NoValue' }] });
    }
  });
});

describe('given the job that deletes again, which has a schedule too', () => {
  it('then it is told whether the region serves, so that it leaves its schedule be while it does not', () => {
    const jobs = [...resourcesOf(template, 'AWS::Lambda::Function').values()].filter(
      ({ Properties }) => Properties['Description'] === 'functions/privacy/due.job.ts of seoul',
    );
    expect(jobs).toMatchObject([
      { Properties: { Environment: { Variables: { SERVING: { Ref: 'Serving' } } } } },
    ]);
  });
});

describe('given the outputs', () => {
  it.each([
    ['DeletionFunction', 'functions/privacy/due.job.ts of seoul'],
    ['MigrationFunction', 'functions/operation/migration.job.ts of seoul'],
  ])('then %s is what a restore invokes while the copy is closed', (output, job) => {
    const Ref = z.object({ Value: z.object({ Ref: z.string() }) });
    const { Value } = Ref.parse(
      z.record(z.string(), z.unknown()).parse(template.toJSON()['Outputs'])[output],
    );
    const named = resourcesOf(template, 'AWS::Lambda::Function').get(Value.Ref);
    expect(named?.Properties).toMatchObject({ Description: job });
    expect(named?.Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('then every table, the bucket of papers and the address of the API are found by name', () => {
    const outputs = z
      .record(z.string(), z.object({ Value: z.unknown() }))
      .parse(template.toJSON()['Outputs']);
    const tables = Object.entries(outputs).filter(([name]) => name.startsWith('Table'));
    expect(new Set(tables.map(([, { Value }]) => JSON.stringify(Value)))).toEqual(
      new Set(
        [...resourcesOf(template, 'AWS::DynamoDB::Table').keys()].map((Ref) =>
          JSON.stringify({ Ref }),
        ),
      ),
    );
    expect(tables.map(([name]) => name)).toContain('TableIdentity');
    const [bucket] = resourcesOf(template, 'AWS::S3::Bucket').keys();
    expect(outputs['PapersBucket']?.Value).toEqual({ Ref: bucket });
    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining(['ApiUrl', 'DashboardUrl', 'AlarmTopic']),
    );
  });
});
