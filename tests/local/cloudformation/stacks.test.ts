import {
  DeleteStackCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient } from '../../../local/control/client.ts';
import { until } from '../../until.ts';
import { type Account, openAccount, type SmallTemplate } from './account.ts';

let account: Account;
let control: ControlClient;
beforeAll(async () => {
  account = await openAccount();
  control = new ControlClient(account.url);
}, 30_000);
afterAll(() => account.close());

const create = { ChangeSetType: 'CREATE' } as const;
const serving = (ParameterValue: string) => ({
  Parameters: [{ ParameterKey: 'Serving', ParameterValue }],
});

/** The template with one more of something. */
function templateWith(change: (resources: SmallTemplate['Resources']) => void): SmallTemplate {
  const template = account.template();
  change(template.Resources);
  return template;
}

const tables = async () => {
  const { TableNames } = await new DynamoDBClient(account.sdk()).send(new ListTablesCommand({}));
  return TableNames;
};

describe('a stack', () => {
  it('that cannot be created is rolled back, with a reason for each resource that failed', async () => {
    const broken = templateWith((resources) => {
      Object.assign(resources['SweepFunction']?.Properties ?? {}, {
        Code: { S3Bucket: 'assets', S3Key: 'not-there.zip' },
      });
    });
    expect(await account.deploy(broken, create)).toBe('ROLLBACK_COMPLETE');
    const events = await account.events('CREATE_IN_PROGRESS');
    expect(events).toContain('SweepFunction CREATE_FAILED');
    expect(events).toContain('Things DELETE_SKIPPED');
    expect(events).toContain('Role DELETE_COMPLETE');
    expect((await account.reasons()).join()).toContain('The specified key does not exist');
    await expect(account.plan(broken)).rejects.toThrow('ROLLBACK_COMPLETE state');
    await account.cloudFormation.send(new DeleteStackCommand({ StackName: 'small' }));
    const gone = () => account.stack().then(() => 'there', String);
    await expect.poll(gone).toContain('Stack with id small does not exist');
  });

  it('is created with an event for the beginning and the end of each resource', async () => {
    expect(await account.deploy(account.template(), create)).toBe('CREATE_COMPLETE');
    const events = await account.events('CREATE_IN_PROGRESS');
    const ids = Object.keys(account.template().Resources);
    for (const id of ids) {
      const own = events.filter((event) => event.startsWith(`${id} `));
      expect(own).toEqual([`${id} CREATE_IN_PROGRESS`, `${id} CREATE_COMPLETE`]);
    }
    expect(events.at(-1)).toBe('small CREATE_COMPLETE');
  });

  it('runs: its API answers, its code is what was uploaded, its secret what the region was given', async () => {
    expect(await account.put('a')).toBe(202);
    await control.settle();
    expect(await account.thing('a')).toEqual({ state: 'done', times: 1 });
    const secret = await (await fetch(`${account.url}/secret`)).json();
    expect(secret).toEqual({ secret: 'given' });
  });

  it('tells of itself: outputs, parameters, resources and the template as it was given', async () => {
    const stack = await account.stack();
    const outputs = Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]),
    );
    expect(outputs['ApiUrl']).toBe(`${account.url}/things`);
    expect(stack.Parameters).toEqual([{ ParameterKey: 'Serving', ParameterValue: 'yes' }]);
    expect((await control.outputs()).outputs).toEqual(outputs);
    const { TemplateBody = '' } = await account.cloudFormation.send(
      new GetTemplateCommand({ StackName: 'small' }),
    );
    expect(JSON.parse(TemplateBody)).toEqual(account.template());
    expect([await account.physicalId('Things')]).toEqual(await tables());
  });

  it('cannot be created once more, nor another one beside it', async () => {
    await expect(account.plan(account.template(), create)).rejects.toThrow('already exists');
    const other = { ...create, StackName: 'other' };
    await expect(account.plan(account.template(), other)).rejects.toThrow('it has small');
  });
});

describe('an update', () => {
  it('without a change is a change set that failed, in the words that tools look for', async () => {
    const planned = await account.plan(account.template(), { ChangeSetName: 'nothing' });
    expect(planned).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason: expect.stringMatching(/^The submitted information didn't contain changes\./),
    });
    const execute = new ExecuteChangeSetCommand({ ChangeSetName: planned.ChangeSetId });
    await expect(account.cloudFormation.send(execute)).rejects.toThrow('cannot be executed');
  });

  it('tells of what changes only, and leaves the data: rows, clock, a secret that was put', async () => {
    const SecretString = 'put by whoever rolls out';
    const put = new PutSecretValueCommand({ SecretId: 'small/token', SecretString });
    await new SecretsManagerClient(account.sdk()).send(put);
    const { offsetSeconds } = await control.advance(3_600);
    const changed = templateWith((resources) => {
      resources['Extra'] = { Type: 'AWS::SQS::Queue', Properties: {} };
      Object.assign(resources['SweepFunction']?.Properties ?? {}, { Timeout: 20 });
    });
    expect(await account.deploy(changed)).toBe('UPDATE_COMPLETE');
    const events = await account.events('UPDATE_IN_PROGRESS');
    expect(events.toSorted()).toEqual([
      'Extra CREATE_COMPLETE',
      'Extra CREATE_IN_PROGRESS',
      'SweepFunction UPDATE_COMPLETE',
      'SweepFunction UPDATE_IN_PROGRESS',
      'small UPDATE_COMPLETE',
      'small UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'small UPDATE_IN_PROGRESS',
    ]);
    expect(await account.thing('a')).toEqual({ state: 'done', times: 1 });
    expect((await control.clock()).offsetSeconds).toBe(offsetSeconds);
    const secret = await (await fetch(`${account.url}/secret`)).json();
    expect(secret).toEqual({ secret: SecretString });
  });

  it('lets functions end what they are at', async () => {
    const effect = { kind: 'delay', ms: 600 } as const;
    const read = { target: 'DynamoDB_20120810', operation: 'GetItem' };
    await control.addFault({ ...read, times: 1, effect });
    const slow = account.thing('a');
    await until(async () => (await control.faults())[0]?.applied === 1);
    expect(await account.deploy(account.template())).toBe('UPDATE_COMPLETE');
    expect(await slow).toEqual({ state: 'done', times: 1 });
    await control.clearFaults();
  });

  it('that takes something away deletes it with what it kept, unless it is retained', async () => {
    const more = templateWith((resources) => {
      const { Properties = {} } = resources['Things'] ?? {};
      const table = { Type: 'AWS::DynamoDB::Table', Properties };
      const queue = { Type: 'AWS::SQS::Queue', Properties: {} };
      Object.assign(resources, { Gone: table, Spare: { ...table, DeletionPolicy: 'Retain' } });
      Object.assign(resources, { Letters: queue });
    });
    await account.deploy(more);
    const QueueUrl = await account.physicalId('Letters');
    await new SQSClient(account.sdk()).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    expect(await tables()).toHaveLength(3);
    expect(await account.deploy(account.template())).toBe('UPDATE_COMPLETE');
    const events = await account.events('UPDATE_IN_PROGRESS');
    expect(events).toContain('Spare DELETE_SKIPPED');
    expect(events).toContain('Gone DELETE_COMPLETE');
    expect(await tables()).toHaveLength(2);
    await account.deploy(more);
    const letters = Object.entries(await control.queues()).find(([name]) => /Letters/.test(name));
    expect(letters?.[1].available).toBe(0);
    await account.deploy(account.template());
  });

  it('by a parameter stops its functions: the API is unavailable, and what came in waits', async () => {
    const before = await account.put('waiting');
    expect(await account.deploy(account.template(), serving('no'))).toBe('UPDATE_COMPLETE');
    expect([before, await account.put('refused')]).toEqual([202, 503]);
    const previous = { Parameters: [{ ParameterKey: 'Serving', UsePreviousValue: true }] };
    const again = await account.plan(account.template(), { ...previous, ChangeSetName: 'same' });
    expect(again.Parameters).toEqual([{ ParameterKey: 'Serving', ParameterValue: 'no' }]);
    expect(again.Status).toBe('FAILED');
    await control.advance(60);
    expect(await account.deploy(account.template(), serving('yes'))).toBe('UPDATE_COMPLETE');
    await control.advance(120);
    await control.settle();
    expect(await account.thing('waiting')).toEqual({ state: 'done', times: 1 });
  });

  it('that fails goes back to what ran before', async () => {
    const rekeyed = templateWith((resources) => {
      const keys = {
        KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
      };
      Object.assign(resources['Things']?.Properties ?? {}, keys);
    });
    expect(await account.deploy(rekeyed)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await account.events('UPDATE_IN_PROGRESS')).toContain('Things UPDATE_FAILED');
    expect((await account.reasons()).join()).toContain('the keys in the kept data differ');
    expect(await account.thing('a')).toEqual({ state: 'done', times: 1 });
    expect(await account.deploy(account.template(), serving('no'))).toBe('UPDATE_COMPLETE');
  });

  it('of what the local region does not know is refused before anything is touched', async () => {
    const unknown = templateWith((resources) => {
      resources['Wall'] = { Type: 'AWS::EC2::VPC', Properties: {} };
    });
    const planned = await account.plan(unknown, { ChangeSetName: 'wall' });
    expect(planned.Status).toBe('FAILED');
    expect(planned.StatusReason).toContain('Resources.Wall.Type: AWS::EC2::VPC is not');
  });

  it.each([
    ['JSON', { TemplateBody: '{' }, 'JSON not well-formed'],
    ['a template', { TemplateBody: '{"Hooks":{}}' }, 'Hooks: is not supported'],
    ['the parameters', serving('no'), '[Serving] do not exist in the template'],
  ])('is refused when it breaks the rules of %s', async (_, more, message) => {
    const { Parameters: _gone, Conditions: _too, ...bare } = account.template();
    const given = { TemplateBody: JSON.stringify(bare), ChangeSetName: 'bad', ...more };
    await expect(account.plan(bare, given)).rejects.toThrow(message);
  });
});

describe('a deletion', () => {
  const remove = () => account.cloudFormation.send(new DeleteStackCommand({ StackName: 'small' }));
  const protect = (EnableTerminationProtection: boolean) =>
    account.cloudFormation.send(
      new UpdateTerminationProtectionCommand({ StackName: 'small', EnableTerminationProtection }),
    );

  it('is refused as long as the stack is protected', async () => {
    await protect(true);
    await expect(remove()).rejects.toThrow('TerminationProtection is enabled');
    expect((await account.stack()).EnableTerminationProtection).toBe(true);
    await protect(false);
  });

  it('keeps what is retained, and leaves the stack to be found by its ARN only', async () => {
    await account.deploy(
      templateWith((resources) => {
        const Papers = { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: {} };
        Object.assign(resources['Pool'] ?? {}, { DeletionPolicy: 'Retain' });
        Object.assign(resources['Pool']?.Properties ?? {}, { DeletionProtection: 'ACTIVE' });
        Object.assign(resources, { Papers });
      }),
    );
    const { StackId = '' } = await account.stack();
    await remove();
    const byArn = async () => (await account.stack(StackId)).StackStatus;
    await expect.poll(byArn).toBe('DELETE_COMPLETE');
    const byName = new DescribeStacksCommand({ StackName: 'small' });
    await expect(account.cloudFormation.send(byName)).rejects.toThrow('does not exist');
    expect(await tables()).toHaveLength(2);
    expect(await account.put('a')).toBe(404);
  });

  it('is remembered, with what it has left behind, which can be deleted by other means', async () => {
    const StackStatusFilter = ['DELETE_COMPLETE' as const];
    const { StackSummaries } = await account.cloudFormation.send(
      new ListStacksCommand({ StackStatusFilter }),
    );
    expect(StackSummaries).toMatchObject([{ StackName: 'small' }]);
    const { StackResourceSummaries: all = [] } = await account.cloudFormation.send(
      new ListStackResourcesCommand({ StackName: StackSummaries?.[0]?.StackId }),
    );
    const left = all.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED');
    const idOf = (id: string) =>
      left.find(({ LogicalResourceId }) => LogicalResourceId === id)?.PhysicalResourceId;
    const [UserPoolId, Bucket] = [idOf('Pool'), idOf('Papers')];
    const cognito = new CognitoIdentityProviderClient(account.sdk());
    const gone = () => cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
    await expect(gone()).rejects.toThrow('deletion protection is activated');
    const DeletionProtection = 'INACTIVE';
    await cognito.send(new UpdateUserPoolCommand({ UserPoolId, DeletionProtection }));
    await gone();
    await expect(gone()).rejects.toThrow('does not exist');
    const letter = { Bucket, Key: 'letter' };
    await account.s3.send(new PutObjectCommand({ ...letter, Body: 'x' }));
    const drop = () => account.s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(drop()).rejects.toThrow('not empty');
    await account.s3.send(new DeleteObjectCommand(letter));
    await drop();
    await expect(drop()).rejects.toThrow('does not exist');
  });

  it('leaves what a new stack of the same name finds', async () => {
    expect(await account.deploy(account.template(), create)).toBe('CREATE_COMPLETE');
    expect(await account.thing('a')).toEqual({ state: 'done', times: 1 });
  });
});
