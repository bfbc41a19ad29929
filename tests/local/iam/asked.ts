import {
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { SendMessageCommand } from '@aws-sdk/client-sqs';

export const id = { id: { S: 'a' } };
export const get = (TableName: string) => new GetItemCommand({ TableName, Key: id });
export const query = (more: object) =>
  new QueryCommand({
    TableName: 'rows',
    KeyConditionExpression: '#k = :k',
    ExpressionAttributeNames: { '#k': 'IndexName' in more ? 'state' : 'id' },
    ExpressionAttributeValues: { ':k': { S: 'a' } },
    ...more,
  });
export const transaction = (...TransactItems: TransactWriteItem[]) =>
  new TransactWriteItemsCommand({ TransactItems });
export const put = (TableName: string) => ({ Put: { TableName, Item: { id: { S: 'p' } } } });
export const check = (TableName: string) => ({
  ConditionCheck: { TableName, Key: id, ConditionExpression: 'attribute_not_exists(id)' },
});
export const queueUrl = (name: string) => `http://127.0.0.1/_aws/000000000000/${name}`;
export const message = (name: string) =>
  new SendMessageCommand({ QueueUrl: queueUrl(name), MessageBody: '"QueueUrl":"jobs"' });
export const user = (UserPoolId = 'ap-northeast-2_else') => ({ UserPoolId, Username: 'nobody' });
export const mail = (more: object = {}) =>
  new SendEmailCommand({
    FromEmailAddress: 'Ladder <no-reply@example.org>',
    Destination: { ToAddresses: ['kim@example.net'] },
    Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 'hello' } } } },
    ...more,
  });
export const attached = {
  Simple: {
    Subject: { Data: 's' },
    Body: { Text: { Data: 'hello' } },
    Attachments: [{ FileName: 'a.txt', RawContent: Buffer.from('a'), ContentType: 'text/plain' }],
  },
};
export const object = (Key: string, more: object = {}) =>
  new GetObjectCommand({ Bucket: 'papers', Key, ...more });
export const store = (Key: string) => new PutObjectCommand({ Bucket: 'papers', Key, Body: 'x' });
export const copy = (Key: string, from: string) =>
  new CopyObjectCommand({ Bucket: 'papers', Key, CopySource: `papers/${from}` });
export const erase = (...keys: string[]) =>
  new DeleteObjectsCommand({ Bucket: 'papers', Delete: { Objects: keys.map((Key) => ({ Key })) } });
export const secret = (SecretId: string) => new GetSecretValueCommand({ SecretId });

export const misleading = { ...id, TableName: { M: { TableName: { S: '"TableName":"others"' } } } };
