import { CreateChangeSetCommand, ExecuteChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient } from '../../local/control/client.ts';
import { type Account, assetBucket, openAccount } from './cloudformation/account.ts';

let account: Account;
beforeAll(async () => {
  account = await openAccount({ data: 'data' });
}, 30_000);
afterAll(() => account.close());

describe('an empty local region, to tools for AWS', () => {
  it('is an account that whoever asks owns, and whose roles they may take', async () => {
    const sts = new STSClient(account.sdk());
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/local',
    });
    const RoleArn = 'arn:aws:iam::000000000000:role/deploy';
    const { Credentials, AssumedRoleUser } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', DurationSeconds: 900 }),
    );
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/deploy/me');
    const minutes = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(14);
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } =
      Credentials ?? {};
    const taken = { accessKeyId, secretAccessKey };
    const as = new STSClient({ ...account.sdk(), credentials: taken });
    await expect(as.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
  });

  it.each([
    ['/cdk-bootstrap/hnb659fds/version', 200, { Parameter: { Value: '30', Type: 'String' } }],
    ['/another', 400, { __type: 'ParameterNotFound' }],
  ])('has the parameter of a bootstrapped account: %s', async (Name, status, body) => {
    const answer = await fetch(`${account.url}/_aws/`, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
      body: JSON.stringify({ Name }),
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject(body);
  });

  it('has the bucket for assets', async () => {
    const [Bucket, ExpectedBucketOwner] = [assetBucket, '000000000000'];
    const asked = { Bucket, ExpectedBucketOwner };
    await account.s3.send(new HeadBucketCommand(asked));
    const { LocationConstraint } = await account.s3.send(new GetBucketLocationCommand(asked));
    expect(LocationConstraint).toBe('ap-northeast-2');
    const { ServerSideEncryptionConfiguration } = await account.s3.send(
      new GetBucketEncryptionCommand(asked),
    );
    expect(ServerSideEncryptionConfiguration?.Rules).toHaveLength(1);
    const list = new ListObjectsV2Command({ ...asked, Prefix: 'api.zip' });
    expect((await account.s3.send(list)).KeyCount).toBe(1);
  });

  it('refuses what it does not emulate, in the words of each protocol', async () => {
    const ask = (service: string, Action: string) =>
      fetch(`${account.url}/_aws/`, {
        method: 'POST',
        headers: { authorization: `AWS4 Credential=local/20260101/here/${service}/aws4_request` },
        body: new URLSearchParams({ Action }),
      });
    const sts = await ask('sts', 'GetSessionToken');
    expect([sts.status, await sts.text()]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidAction</Code>'),
    ]);
    const stacks = await ask('cloudformation', 'CreateStackSet');
    expect(await stacks.text()).toContain('It answers DescribeStacks');
    const none = await ask('cloudformation', '');
    expect(await none.text()).toContain('<Code>ValidationError</Code>');
  });

  it('answers its API with "not found" until a stack is there', async () => {
    expect(await account.put('a')).toBe(404);
  });
});

describe('a function of a deployed stack', () => {
  const invoke = async (more: object = {}) => {
    const FunctionName = await account.physicalId('SweepFunction');
    return new LambdaClient(account.sdk()).send(new InvokeCommand({ FunctionName, ...more }));
  };
  const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();

  beforeAll(async () => {
    await account.deploy(account.template(), { ChangeSetType: 'CREATE' });
  });

  it.each([
    ['and waited for', {}, 200, '{"swept":true}'],
    ['as an event', { InvocationType: 'Event' }, 202, ''],
    ['for nothing but the rights', { InvocationType: 'DryRun' }, 204, ''],
  ])('can be invoked, %s', async (_, more, status, payload) => {
    const answer = await invoke(more);
    expect(answer.StatusCode).toBe(status);
    expect(answer.FunctionError).toBeUndefined();
    expect(text(answer.Payload)).toBe(payload);
  });

  it('that fails says so in the answer, one that is not there and one that may not run in an error', async () => {
    const FunctionName = await account.physicalId('WorkFunction');
    const failed = await invoke({ FunctionName, Payload: '{}' });
    expect([failed.StatusCode, failed.FunctionError]).toEqual([200, 'Unhandled']);
    expect(JSON.parse(text(failed.Payload))).toMatchObject({ errorType: 'TypeError' });
    await expect(invoke({ FunctionName: 'none' })).rejects.toThrow('Function not found: none');
    const Parameters = [{ ParameterKey: 'Serving', ParameterValue: 'no' }];
    await account.deploy(account.template(), { Parameters });
    await expect(invoke()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    Parameters[0] = { ParameterKey: 'Serving', ParameterValue: 'yes' };
    await account.deploy(account.template(), { Parameters });
  });
});

describe('a restart on the same data', () => {
  it('runs the stack again, with its code and its outputs', async () => {
    const done = async (id: string) => {
      expect(await account.put(id)).toBe(202);
      await new ControlClient(account.url).settle();
      return account.thing(id);
    };
    expect(await done('kept')).toEqual({ state: 'done', times: 1 });
    await account.restart();
    expect((await account.stack()).StackStatus).toBe('UPDATE_COMPLETE');
    expect(await account.thing('kept')).toEqual({ state: 'done', times: 1 });
    expect(await done('new')).toEqual({ state: 'done', times: 1 });
    const { Outputs = [] } = await account.stack();
    const api = Outputs.find(({ OutputKey }) => OutputKey === 'ApiUrl');
    expect(api?.OutputValue).toBe(`${account.url}/things`);
  });

  it('goes back from an update that it has interrupted', async () => {
    const template = account.template();
    template.Resources['Late'] = { Type: 'AWS::SQS::Queue', Properties: {} };
    const { Id: ChangeSetName } = await account.cloudFormation.send(
      new CreateChangeSetCommand({
        StackName: 'small',
        ChangeSetName: 'late',
        TemplateBody: JSON.stringify(template),
      }),
    );
    await account.cloudFormation.send(new ExecuteChangeSetCommand({ ChangeSetName }));
    await account.restart();
    const { StackStatus, StackStatusReason } = await account.stack();
    expect([StackStatus, StackStatusReason]).toEqual([
      'UPDATE_ROLLBACK_COMPLETE',
      'the local region ended in the middle of it',
    ]);
    expect(await account.thing('kept')).toEqual({ state: 'done', times: 1 });
    expect(await account.deploy(template)).toBe('UPDATE_COMPLETE');
  });
});
