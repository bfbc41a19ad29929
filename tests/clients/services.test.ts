import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { documents, dynamodbAsks, json } from './asks-dynamodb.ts';
import { lambdaAsks } from './asks-lambda.ts';
import { bucket, cognito, object, otherAsks, user } from './asks-others.ts';
import { own, type Packages, sdk } from './both.ts';
import { bothOf } from './compare.ts';
import { type FakeEndpoint, fakeEndpoint } from './endpoint.ts';

let endpoint: FakeEndpoint;
beforeAll(async () => {
  endpoint = await fakeEndpoint();
});
afterAll(() => endpoint.close());

describe('given an endpoint that says the same to both', () => {
  it.each([...dynamodbAsks, ...otherAsks, ...lambdaAsks])(
    'when %s, then these clients ask and answer as the SDK does',
    async (_name, reply, asking) => {
      const { theirs, ours } = await bothOf(endpoint, reply, asking);
      expect(theirs.asked).toHaveLength(1);
      expect(ours).toEqual(theirs);
    },
  );

  it('when an object is read, then its bytes are the same, and one that was changed on its way is refused by both', async () => {
    const reading = (checksum: string) =>
      bothOf(
        endpoint,
        { headers: { 'x-amz-checksum-sha256': checksum }, body: 'hello' },
        async (all) => {
          const { Body } = await bucket(all).send(new all.s3.GetObjectCommand(object));
          return { bytes: await Body?.transformToByteArray() };
        },
      );
    const whole = await reading('LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=');
    expect(whole.ours.asked).toEqual(whole.theirs.asked);
    expect(whole.ours.outcome.fields['bytes']).toEqual(new Uint8Array(Buffer.from('hello')));
    const changed = await reading('LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCR=');
    for (const { outcome } of [changed.theirs, changed.ours]) {
      expect(String(outcome.fields['message'])).toMatch(/checksum mismatch/i);
    }
  });

  it('when an address and a form are signed, then they are the same to the letter', async () => {
    vi.useFakeTimers({ now: new Date('2026-03-01T12:00:00.123Z'), toFake: ['Date'] });
    const signed = async (all: Packages) => ({
      address: await all.presigner.getSignedUrl(
        bucket(all),
        new all.s3.GetObjectCommand({
          ...object,
          ResponseContentType: 'image/png',
          ResponseContentDisposition: 'inline; filename="x"',
        }),
        { expiresIn: 60 },
      ),
      form: await all.post.createPresignedPost(bucket(all), {
        ...object,
        Fields: { 'Content-Type': 'image/png', 'x-amz-checksum-sha256': 'abc' },
        Conditions: [['content-length-range', 1, 5]],
        Expires: 600,
      }),
    });
    expect(await signed(own)).toEqual(await signed(sdk));
    vi.useRealTimers();
  });

  it('when a list has several pages, then both ask for all of them', async () => {
    const reading = async (all: Packages) => {
      endpoint.says(json({ Users: [user], PaginationToken: 'next' }), json({ Users: [] }));
      const pages: unknown[] = [];
      for await (const { Users } of all.cognito.paginateListUsers(
        { client: cognito(all), pageSize: 1 },
        { UserPoolId: 'p' },
      ))
        pages.push(Users);
      return { pages, bodies: endpoint.asked.map(({ body }) => JSON.parse(body)) };
    };
    expect(await reading(own)).toEqual(await reading(sdk));
  });
});

describe('given errors of services', () => {
  it.each([
    ['dynamodb', 'ConditionalCheckFailedException', 'DynamoDBServiceException'],
    ['dynamodb', 'TransactionConflictException', 'DynamoDBServiceException'],
    ['cognito', 'NotAuthorizedException', 'CognitoIdentityProviderServiceException'],
  ] as const)(
    'when %s answers %s, then it is of that class, and of the service’s',
    async (service, name, base) => {
      endpoint.says({ status: 400, body: JSON.stringify({ __type: name, message: 'no' }) });
      const sent =
        service === 'dynamodb'
          ? documents(own).send(new own.documents.GetCommand({ TableName: 't', Key: {} }))
          : cognito(own).send(new own.cognito.GetUserCommand({ AccessToken: 'x' }));
      const error = await sent.catch((thrown: unknown) => thrown);
      const classes: Readonly<Record<string, unknown>> = own[service];
      expect(error).toBeInstanceOf(classes[name]);
      expect(error).toBeInstanceOf(classes[base]);
      expect(error).not.toBeInstanceOf(own.dynamodb.TransactionCanceledException);
    },
  );

  it('when a store is told of one, then the six frames that a log has lead to the store', async () => {
    endpoint.says({ status: 400, body: JSON.stringify({ __type: 'ValidationException' }) });
    const readOfSomeStore = async () =>
      await documents(own).send(new own.documents.GetCommand({ TableName: 't', Key: {} }));
    const error = await readOfSomeStore().then(
      () => new Error('it was answered'),
      (thrown: Error) => thrown,
    );
    const frames = String(error.stack)
      .split('\n')
      .filter((line) => line.startsWith('    at '));
    expect(frames.slice(0, 6).join('\n')).toContain('readOfSomeStore');
  });
});
