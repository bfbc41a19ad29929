import {
  AdminGetUserCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { BatchGetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upload } from '../s3/open-s3.ts';
import {
  check,
  copy,
  get,
  id,
  mail,
  message,
  misleading,
  object,
  put,
  query,
  secret,
  store,
  transaction,
  user,
} from './asked.ts';
import { bootNarrow, type NarrowRegion, outcome } from './narrow.ts';

let region: NarrowRegion;
beforeAll(async () => {
  region = await bootNarrow();
}, 30_000);
afterAll(() => region.stop());

describe('given a function’s role, when the function asks for what it allows', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a row', () => region.narrow.dynamodb.send(get('rows')), /^done$/],
    [
      'a row with a misleading item',
      () =>
        region.narrow.dynamodb.send(new PutItemCommand({ TableName: 'rows', Item: misleading })),
      /^done$/,
    ],
    [
      'rows in a batch',
      () =>
        region.narrow.dynamodb.send(
          new BatchGetItemCommand({ RequestItems: { rows: { Keys: [id] } } }),
        ),
      /^done$/,
    ],
    ['an index', () => region.narrow.dynamodb.send(query({ IndexName: 'byState' })), /^done$/],
    [
      'a transaction of two tables',
      () => region.narrow.dynamodb.send(transaction(put('rows'), check('others'))),
      /^done$/,
    ],
    ['a queue', () => region.narrow.sqs.send(message('jobs')), /^done$/],
    ['a secret by its name', () => region.narrow.secrets.send(secret('small/token')), /^done$/],
    ['a mail', () => region.narrow.ses.send(mail()), /^done$/],
    [
      'a user',
      () => region.narrow.cognito.send(new AdminGetUserCommand(user(region.outputs['PoolId']))),
      /^UserNotFoundException 400/,
    ],
    [
      'what Cognito lets anyone ask',
      () =>
        region.narrow.cognito.send(
          new InitiateAuthCommand({
            AuthFlow: 'USER_PASSWORD_AUTH',
            ClientId: region.outputs['ClientId'],
            AuthParameters: { USERNAME: 'nobody', PASSWORD: 'none' },
          }),
        ),
      /^(NotAuthorized|UserNotFound)Exception 400/,
    ],
    ['an object', () => region.narrow.s3.send(store('clean/a')), /^done$/],
    ['a copy', () => region.narrow.s3.send(copy('clean/b', 'clean/a')), /^done$/],
  ])('then %s is there for it', async (_, ask, expected) => {
    const before = await region.denials();
    expect(await outcome(ask())).toMatch(expected);
    expect(await region.denials()).toEqual(before);
  });
});

describe('given a function that signs for others', () => {
  it.each([
    ['clean/up', 204],
    ['old/up', 403],
  ])('when they upload %s, then S3 answers %i by the function’s role', async (Key, status) => {
    const { url, fields } = await createPresignedPost(region.narrow.s3, { Bucket: 'papers', Key });
    expect((await upload(url, fields, 'a paper')).status).toBe(status);
  });

  it.each([
    ['clean/known', 200],
    ['old/known', 403],
    // Who may not list a bucket is not told what is missing in it.
    ['clean/missing', 403],
  ])('when they read %s, then S3 answers %i by the function’s role', async (Key, status) => {
    await region.tool.s3.send(store('clean/known'));
    await region.tool.s3.send(store('old/known'));
    expect((await fetch(await getSignedUrl(region.narrow.s3, object(Key)))).status).toBe(status);
  });
});

describe('given whoever is no function', () => {
  it.each<[string, () => NarrowRegion['tool']]>([
    ['a tool', () => region.tool],
    ['a function that the template does not have', () => region.stranger],
  ])('when %s asks, then no role is asked for', async (_, clients) => {
    const { dynamodb, secrets } = clients();
    expect(await outcome(dynamodb.send(get('others')))).toBe('done');
    expect(await outcome(secrets.send(secret('small/other')))).toBe('done');
  });

  it('when a tool reads what is missing in a bucket, then it is told so', async () => {
    expect(await outcome(region.tool.s3.send(object('clean/missing')))).toMatch(/^NoSuchKey 404/);
  });
});
