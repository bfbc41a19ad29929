import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findEntries } from '../../lib/support/entries.ts';
import { loadRegion } from '../../regions/load.ts';
import { account, FakeAws } from './fake-aws.ts';
import { bootstrapped, Stranger, uploadedTemplate } from './stranger.ts';

const stranger = new Stranger();
const { awsRegion } = loadRegion('regions/taebaek.yaml').deployment;
const functions = findEntries('functions').length;
const bucket = `cdk-hnb659fds-assets-${account}-${awsRegion}`;
afterAll(() => stranger.forget());

describe('given a bootstrapped account without a region, when one is deployed', () => {
  let aws: FakeAws;
  let first: Awaited<ReturnType<Stranger['rollsOut']>['ended']>;
  beforeAll(async () => {
    aws = bootstrapped(await FakeAws.start());
    first = await stranger.rollsOut(aws).ended;
  }, 90_000);
  afterAll(() => aws.stop());

  function changeSet() {
    const [first, ...others] = aws.cloudFormation.changeSets;
    expect(others).toEqual([]);
    if (first === undefined) throw new Error('no change set was created');
    return first;
  }

  function template() {
    const resource = z.object({ Type: z.string(), Properties: z.unknown() });
    return z
      .object({ Resources: z.record(z.string(), resource) })
      .parse(JSON.parse(uploadedTemplate(aws)));
  }

  it('then one change set is created for the stack, by the roles of the bootstrap', () => {
    expect(changeSet()).toMatchObject({
      stackName: 'ladder-taebaek',
      type: 'CREATE',
      roleArn: `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-${awsRegion}`,
      capabilities: expect.arrayContaining(['CAPABILITY_IAM']),
    });
    expect(aws.assumed.every((role) => role.includes(`role/cdk-hnb659fds-`))).toBe(true);
    expect(aws.assumed.some((role) => role.includes('-deploy-role-'))).toBe(true);
  });

  it('then its template holds the region: pools, tables, queues, functions and routes', () => {
    const types = Object.values(template().Resources).map(({ Type }) => Type);
    const count = (type: string) => types.filter((other) => other === type).length;
    expect(count('AWS::Cognito::UserPool')).toBe(2);
    expect(count('AWS::DynamoDB::Table')).toBeGreaterThan(5);
    expect(count('AWS::Lambda::Function')).toBe(functions);
    expect(count('AWS::SQS::Queue')).toBeGreaterThan(5);
    const api = Object.values(template().Resources).find(
      ({ Type }) => Type === 'AWS::ApiGatewayV2::Api',
    );
    const body = z.object({ Body: z.object({ paths: z.record(z.string(), z.unknown()) }) });
    expect(Object.keys(body.parse(api?.Properties).Body.paths).length).toBeGreaterThan(10);
  });

  it('then the code of every function has been uploaded before', () => {
    const code = z.object({ Code: z.object({ S3Bucket: z.unknown(), S3Key: z.string() }) });
    const keys = Object.values(template().Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => code.parse(Properties).Code.S3Key);
    for (const key of keys) {
      const uploaded = aws.objects.get(`/${bucket}/${key}`);
      // A zip archive begins so.
      expect(uploaded?.subarray(0, 2).toString(), key).toBe('PK');
    }
    expect(new Set(keys).size).toBe(functions);
  });

  it('then the stack cannot be deleted by mistake', () => {
    expect(aws.cloudFormation.protectedStacks).toContain('ladder-taebaek');
  });

  it('then each step is told of in order, and the smoke test of an API that answers nonsense fails', () => {
    const done = first.told.filter(({ state }) => state === 'done').map(({ step }) => step);
    const steps = ['validate', 'preflight', 'synthesize', 'diff', 'confirm', 'deploy'];
    expect(done).toEqual([...steps, 'seed', 'invite']);
    const failure = { step: 'smoke', state: 'failed', code: 'smoke-test-failed' };
    expect(first.told.at(-1)).toMatchObject(failure);
    expect(first.code, first.printed).toBe(5);
  });

  it('then progress is told in resources', () => {
    const progress = first.told.filter(
      ({ step, state }) => step === 'deploy' && state === 'progress',
    );
    const last = { completed: 2, total: 2, type: 'AWS::SNS::Topic', status: 'CREATE_COMPLETE' };
    expect(progress.at(-1)).toMatchObject(last);
  });

  it('then nothing else was asked of AWS, and nothing reached but this machine', () => {
    // The smoke test's own first question, to what is no API.
    expect(aws.unexpected).toEqual(['GET /api/config ']);
    expect(stranger.reachedOut).toBe(false);
  });
});

it('given a stack that is still being made, a rollout waits, and Ctrl-C ends it with 130', async () => {
  const aws = await FakeAws.start();
  aws.cloudFormation.statuses.set('ladder-taebaek', 'CREATE_IN_PROGRESS');
  const { child, ended } = stranger.rollsOut(aws);
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (text) => String(text).includes('waiting for') && resolve()),
  );
  child.kill('SIGINT');
  const { code, printed, told } = await ended;
  expect(code, printed).toBe(130);
  expect(printed).toMatch(/Run the same command again: it waits for that/);
  expect(told.at(-1)).toMatchObject({ step: 'preflight', state: 'failed', code: 'interrupted' });
  await aws.stop();
}, 30_000);
