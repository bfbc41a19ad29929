import { CfnRule, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  App,
  CloudFormationValidatePlugin,
  Duration,
  type IPolicyValidationPlugin,
  Stack,
} from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { checked } from '../lib/checked.ts';
import { allOn, assembleRegion, outdirOfTest } from '../lib/template.ts';

// One for all: it reads the schemas of the resource types that it meets first, and keeps them.
// The CDK declares its plugin for compilers that take "absent" and "undefined" for the same.
const schemas = new CloudFormationValidatePlugin() as IPolicyValidationPlugin;

// Ten seconds of processor. tests/lib/validation.test.ts asks the rules alone; and a local region refuses, each time that
// it boots, properties that it does not know.
describe('given the rules of tests/lib/validation.test.ts and the schemas of CloudFormation', () => {
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
});
