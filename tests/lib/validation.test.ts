import { CfnRule, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  App,
  CloudFormationValidatePlugin,
  Duration,
  type IPolicyValidationPlugin,
  Stack,
  Validations,
} from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allOn, assembleRegion, everyRegion, outdirOfTest, taebaek } from './template.ts';

/** Rule and reason, as the CDK keeps them with a construct. */
const Acknowledged = z.record(z.string(), z.string());

// One for all: it reads the schemas of the resource types that it meets first, and keeps them.
// The CDK declares its plugin for compilers that take "absent" and "undefined" for the same.
const schemas = new CloudFormationValidatePlugin() as IPolicyValidationPlugin;

/** Every acknowledgement of an app, with how deep in the tree of constructs it is. */
function acknowledgedIn(app: App) {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(Acknowledged.parse(data)))
      .map(([rule, reason]) => ({ depth: node.path.split('/').length, rule, reason })),
  );
}

/** An app whose synthesis throws, with all findings, when a rule is broken and not acknowledged. */
function checked(app: App, ...more: readonly IPolicyValidationPlugin[]): App {
  const packs = [
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new ServerlessChecks(app),
  ];
  Validations.of(app).addPlugins(...packs, ...more);
  return app;
}

describe('given the rules of AwsSolutions, NIST 800-53 revision 5 and Serverless', () => {
  // The one with everything on is asked below, by these rules and the schemas at once.
  it.each(everyRegion.filter(([, region]) => region !== allOn))(
    'when %s is synthesized, then nothing is broken but what is acknowledged with a reason',
    (_, region) => {
      expect(() => checked(assembleRegion(region)).synth()).not.toThrow();
    },
  );

  it('when the region has a key of its own, then nothing is acknowledged for being encrypted by AWS', () => {
    const reasons = acknowledgedIn(assembleRegion(allOn)).map(({ rule }) => rule);
    const plain = acknowledgedIn(assembleRegion(taebaek)).map(({ rule }) => rule);
    const encryption = /KMS|Encrypted/;
    expect(plain.filter((rule) => encryption.test(rule)).length).toBeGreaterThan(0);
    expect(reasons.filter((rule) => encryption.test(rule))).toEqual([]);
  });
});

// Ten seconds of processor, which are thirty and more where others use it too.
describe('given those rules and the schemas of CloudFormation', {
  timeout: 120_000,
}, () => {
  it('when a region with everything on is synthesized, then every resource is as its type says', () => {
    expect(() => checked(assembleRegion(allOn), schemas).synth()).not.toThrow();
  });

  it('when a queue lacks TLS and a rule has a mistyped property, then synthesis fails and names both', () => {
    const app = checked(new App({ outdir: outdirOfTest(), analyticsReporting: false }), schemas);
    const stack = new Stack(app, 'Region');
    new Queue(stack, 'Careless');
    const schedule = Schedule.rate(Duration.minutes(5));
    const { defaultChild } = new Rule(stack, 'Often', { schedule }).node;
    if (!(defaultChild instanceof CfnRule)) throw new Error('a rule is no resource of its own');
    defaultChild.addPropertyOverride('ScheduleExpresion', 'rate(5 minutes)');
    expect(() => app.synth()).toThrow(/Careless[\s\S]*AwsSolutions-SQS4[\s\S]*ScheduleExpresion/);
  });

  it('then each acknowledgement is for one construct below a capability, and gives its reason', () => {
    const acknowledged = acknowledgedIn(assembleRegion(allOn));
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter(({ depth }) => depth < 3)).toEqual([]);
    expect(acknowledged.filter(({ reason }) => reason.length < 40)).toEqual([]);
  });
});
