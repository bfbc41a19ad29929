import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  ListTablesCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { PurgeQueueCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attached,
  check,
  copy,
  erase,
  get,
  id,
  mail,
  message,
  object,
  put,
  query,
  queueUrl,
  secret,
  transaction,
  user,
} from './asked.ts';
import { bootNarrow, type NarrowRegion, outcome } from './narrow.ts';

let region: NarrowRegion;
beforeAll(async () => {
  region = await bootNarrow();
}, 30_000);
afterAll(() => region.stop());

describe('given a function’s role, when the function asks for more than it allows', () => {
  const arn = (service: string, rest: string) =>
    `arn:aws:${service}:ap-northeast-2:000000000000:${rest}`;
  const table = (rest: string) => arn('dynamodb', `table/${rest}`);
  const bucket = 'arn:aws:s3:::papers';

  it.each<[string, () => Promise<unknown>, string, string | RegExp]>([
    [
      'another table',
      () => region.narrow.dynamodb.send(get('others')),
      'dynamodb:GetItem',
      table('others'),
    ],
    [
      'another action',
      () => region.narrow.dynamodb.send(new ScanCommand({ TableName: 'rows' })),
      'dynamodb:Scan',
      table('rows'),
    ],
    [
      'the table of an index',
      () => region.narrow.dynamodb.send(query({})),
      'dynamodb:Query',
      table('rows'),
    ],
    [
      'another index',
      () => region.narrow.dynamodb.send(query({ IndexName: 'byDay' })),
      'dynamodb:Query',
      table('rows/index/byDay'),
    ],
    [
      'a batch with one table too many',
      () =>
        region.narrow.dynamodb.send(
          new BatchGetItemCommand({
            RequestItems: { rows: { Keys: [id] }, others: { Keys: [id] } },
          }),
        ),
      'dynamodb:BatchGetItem',
      table('others'),
    ],
    [
      'a batch of writes, though it may write each',
      () =>
        region.narrow.dynamodb.send(
          new BatchWriteItemCommand({ RequestItems: { rows: [{ PutRequest: { Item: id } }] } }),
        ),
      'dynamodb:BatchWriteItem',
      table('rows'),
    ],
    [
      'a transaction whose check it may not make',
      () => region.narrow.dynamodb.send(transaction(put('rows'), check('rows'))),
      'dynamodb:ConditionCheckItem',
      table('rows'),
    ],
    [
      'a transaction that puts where it may only check',
      () => region.narrow.dynamodb.send(transaction(check('others'), put('others'))),
      'dynamodb:PutItem',
      table('others'),
    ],
    [
      'the names of all tables',
      () => region.narrow.dynamodb.send(new ListTablesCommand({})),
      'dynamodb:ListTables',
      table('*'),
    ],
    [
      'another queue',
      () => region.narrow.sqs.send(message('dead')),
      'sqs:SendMessage',
      arn('sqs', 'dead'),
    ],
    [
      'another action on its queue',
      () => region.narrow.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl('jobs') })),
      'sqs:PurgeQueue',
      arn('sqs', 'jobs'),
    ],
    [
      'a batch to another queue',
      () =>
        region.narrow.sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl('dead'),
            Entries: [{ Id: '1', MessageBody: 'm' }],
          }),
        ),
      'sqs:SendMessage',
      arn('sqs', 'dead'),
    ],
    [
      'another secret',
      () => region.narrow.secrets.send(secret('small/other')),
      'secretsmanager:GetSecretValue',
      /:secret:small\/other-[0-9a-f]{6}$/,
    ],
    [
      'a configuration set',
      () => region.narrow.ses.send(mail({ ConfigurationSetName: 'sending' })),
      'ses:SendEmail',
      arn('ses', 'configuration-set/sending'),
    ],
    [
      'a mail with an attachment',
      () => region.narrow.ses.send(mail({ Content: attached })),
      'ses:SendRawEmail',
      arn('ses', 'identity/example.org'),
    ],
    [
      'another pool',
      () => region.narrow.cognito.send(new AdminGetUserCommand(user())),
      'cognito-idp:AdminGetUser',
      arn('cognito-idp', 'userpool/ap-northeast-2_else'),
    ],
    [
      'another action on its pool',
      () => region.narrow.cognito.send(new AdminDeleteUserCommand(user(region.outputs['PoolId']))),
      'cognito-idp:AdminDeleteUser',
      /:userpool\//,
    ],
    [
      'another prefix',
      () => region.narrow.s3.send(object('old/a')),
      's3:GetObject',
      `${bucket}/old/a`,
    ],
    [
      'a version, though it may have the object',
      () => region.narrow.s3.send(object('clean/a', { VersionId: 'v' })),
      's3:GetObjectVersion',
      `${bucket}/clean/a`,
    ],
    [
      'a copy of what it may not read',
      () => region.narrow.s3.send(copy('clean/c', 'old/a')),
      's3:GetObject',
      `${bucket}/old/a`,
    ],
    [
      'a list',
      () => region.narrow.s3.send(new ListObjectsV2Command({ Bucket: 'papers' })),
      's3:ListBucket',
      bucket,
    ],
    [
      'to delete',
      () => region.narrow.s3.send(erase('clean/a')),
      's3:DeleteObject',
      `${bucket}/clean/a`,
    ],
  ])(
    'then %s is denied, in the words of AWS, and the log says what is missing',
    async (_, ask, action, resource) => {
      const status = /^(s3|ses):/.test(action) ? 403 : 400;
      const name = action.startsWith('s3:') ? 'AccessDenied' : 'AccessDeniedException';
      const [, code, answered, arnOfResource] =
        /^(\w+) (\d+) User: arn:aws:sts::000000000000:assumed-role\/narrow-role\/narrow is not authorized to perform: \S+ on resource: (\S+) because no identity-based policy allows the \S+ action$/.exec(
          await outcome(ask()),
        ) ?? [];
      expect([code, answered]).toEqual([name, String(status)]);
      expect(arnOfResource).toEqual(
        typeof resource === 'string' ? resource : expect.stringMatching(resource),
      );
      expect((await region.denials()).at(-1)).toBe(
        `narrow may not ${action} on ${arnOfResource}: add it to the function's role`,
      );
    },
  );

  it('then nothing of the transaction is done', async () => {
    const row = { Put: { TableName: 'rows', Item: { id: { S: 'half' } } } };
    await outcome(region.narrow.dynamodb.send(transaction(row, put('others'))));
    const half = new GetItemCommand({ TableName: 'rows', Key: { id: { S: 'half' } } });
    expect((await region.tool.dynamodb.send(half)).Item).toBeUndefined();
  });
});
