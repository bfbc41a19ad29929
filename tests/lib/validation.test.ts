import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  type App,
  CloudFormationValidatePlugin,
  type IPolicyValidationPlugin,
  Validations,
} from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { assembleRegion, seoul, taebaek } from './template.ts';

/** Rule and reason, as the CDK keeps them with a construct. */
const Acknowledged = z.record(z.string(), z.string());

// One for all: it reads the schemas of the resource types that it meets first, and keeps them.
// The CDK declares its plugin for compilers that take "absent" and "undefined" for the same.
const schemas = new CloudFormationValidatePlugin() as IPolicyValidationPlugin;

/** An app whose synthesis throws, with all findings, when a rule is broken and not acknowledged. */
function checked(app: App): App {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), schemas);
  return app;
}

// Ten seconds of processor, which are thirty and more where others use it too.
describe('given the AwsSolutions rules and the schemas of CloudFormation', {
  timeout: 120_000,
}, () => {
  it('when a region is synthesized, then nothing is broken but what is acknowledged with a reason', () => {
    expect(() => checked(assembleRegion(seoul)).synth()).not.toThrow();
  });

  it('when a queue lacks TLS and a rule has a mistyped property, then synthesis fails and names both', () => {
    const app = checked(assembleRegion(taebaek));
    const stack = app.node.findChild('Region');
    new Queue(stack, 'Careless');
    const [rule] = stack.node.findAll().filter((construct) => construct instanceof CfnRule);
    rule?.addPropertyOverride('ScheduleExpresion', 'rate(5 minutes)');
    expect(() => app.synth()).toThrow(/Careless[\s\S]*AwsSolutions-SQS4[\s\S]*ScheduleExpresion/);
  });

  it('then each acknowledgement is for one construct below a capability, and gives its reason', () => {
    const acknowledged = assembleRegion(taebaek)
      .node.findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.entries(Acknowledged.parse(data)))
          .map(([rule, reason]) => ({ depth: node.path.split('/').length, rule, reason })),
      );
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter(({ depth }) => depth < 3)).toEqual([]);
    expect(acknowledged.filter(({ reason }) => reason.length < 40)).toEqual([]);
  });
});
