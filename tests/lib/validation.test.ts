import { Queue } from 'aws-cdk-lib/aws-sqs';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checked } from './checked.ts';
import { allOn, assembleRegion, everyRegion, outdirOfTest, taebaek } from './template.ts';

/** Rule and reason, as the CDK keeps them with a construct. */
const Acknowledged = z.record(z.string(), z.string());

/** Every acknowledgement of an app, with how deep in the tree of constructs it is. */
function acknowledgedIn(app: App) {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(Acknowledged.parse(data)))
      .map(([rule, reason]) => ({ depth: node.path.split('/').length, rule, reason })),
  );
}

// What CloudFormation's schemas say takes ten seconds: tests/soak/schemas.test.ts.
describe('given the rules of AwsSolutions, NIST 800-53 revision 5 and Serverless', () => {
  it.each(everyRegion)(
    'when %s is synthesized, then nothing is broken but what is acknowledged with a reason',
    (_, region) => {
      expect(() => checked(assembleRegion(region)).synth()).not.toThrow();
    },
  );

  it('when a queue lacks TLS, then synthesis fails and names it', () => {
    const app = checked(
      new App({
        outdir: outdirOfTest(),
        analyticsReporting: false,
        builtinCloudFormationValidation: false,
      }),
    );
    new Queue(new Stack(app, 'Region'), 'Careless');
    expect(() => app.synth()).toThrow(/Careless[\s\S]*AwsSolutions-SQS4/);
  });

  it('when the region has a key of its own, then nothing is acknowledged for being encrypted by AWS, and all for one construct below a capability, with its reason', () => {
    const acknowledged = acknowledgedIn(assembleRegion(allOn));
    const plain = acknowledgedIn(assembleRegion(taebaek));
    const encryption = ({ rule }: { rule: string }) => /KMS|Encrypted/.test(rule);
    expect(plain.filter(encryption).length).toBeGreaterThan(0);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter(encryption)).toEqual([]);
    expect(acknowledged.filter(({ depth }) => depth < 3)).toEqual([]);
    expect(acknowledged.filter(({ reason }) => reason.length < 40)).toEqual([]);
  });
});
