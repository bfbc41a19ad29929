import { json } from './asks-dynamodb.ts';
import type { Packages } from './both.ts';
import type { Asking } from './compare.ts';
import type { Reply } from './endpoint.ts';

export const cognito = (packages: Packages) =>
  new packages.cognito.CognitoIdentityProviderClient({ maxAttempts: 1 });
export const bucket = (packages: Packages) =>
  new packages.s3.S3Client({ forcePathStyle: true, maxAttempts: 1 });
export const object = { Bucket: 'papers', Key: "quarantine/a b/é+('1').pdf" };
export const user = {
  Username: 'u',
  UserCreateDate: 1_700_000_000.25,
  UserStatus: 'CONFIRMED',
  Enabled: true,
};
const page =
  '<?xml version="1.0"?><ListVersionsResult xmlns="x"><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>';
/** At the endpoint, which the SDK takes from it. */
const queue = () => `${process.env['AWS_ENDPOINT_URL']}/q`;

/** All that functions ask of other services, and what these say to it. */
export const otherAsks: readonly (readonly [name: string, reply: Reply, asking: Asking])[] = [
  [
    'SendMessage',
    json({ MessageId: '1', MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' }),
    (all) =>
      new all.sqs.SQSClient({}).send(
        new all.sqs.SendMessageCommand({
          QueueUrl: queue(),
          MessageBody: 'hello',
          MessageGroupId: 'g',
        }),
      ),
  ],
  [
    'ReceiveMessage',
    json({
      Messages: [
        {
          Body: 'hello',
          MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
          Attributes: { SentTimestamp: '1' },
        },
      ],
    }),
    (all) =>
      new all.sqs.SQSClient({}).send(
        new all.sqs.ReceiveMessageCommand({
          QueueUrl: queue(),
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      ),
  ],
  [
    'GetSecretValue',
    json({ SecretString: '{}', VersionId: 'v', CreatedDate: 1_700_000_000 }),
    (all) =>
      new all.secrets.SecretsManagerClient({}).send(
        new all.secrets.GetSecretValueCommand({ SecretId: 's' }),
      ),
  ],
  [
    'PutSecretValue',
    json({ VersionId: 'v' }),
    (all) =>
      new all.secrets.SecretsManagerClient({}).send(
        new all.secrets.PutSecretValueCommand({
          SecretId: 's',
          SecretString: 'x',
          ClientRequestToken: 'token',
        }),
      ),
  ],
  [
    'a secret that has this version',
    { status: 400, body: JSON.stringify({ __type: 'ResourceExistsException', Message: 'there' }) },
    (all) =>
      new all.secrets.SecretsManagerClient({}).send(
        new all.secrets.PutSecretValueCommand({
          SecretId: 's',
          SecretString: 'x',
          ClientRequestToken: 'token',
        }),
      ),
  ],
  [
    'GetMetricData',
    json({ MetricDataResults: [{ Id: 'a', Timestamps: [1_700_000_000], Values: [1] }] }),
    (all) =>
      new all.cloudwatch.CloudWatchClient({}).send(
        new all.cloudwatch.GetMetricDataCommand({
          StartTime: new Date(1_700_000_000_000),
          EndTime: new Date(1_700_000_060_000),
          MetricDataQueries: [{ Id: 'a' }],
        }),
      ),
  ],
  [
    'AdminGetUser',
    json({ ...user, UserMFASettingList: null, UserAttributes: [{ Name: 'sub', Value: 'x' }] }),
    (all) =>
      cognito(all).send(new all.cognito.AdminGetUserCommand({ UserPoolId: 'p', Username: 'u' })),
  ],
  [
    'AdminCreateUser',
    json({ User: user }),
    (all) =>
      cognito(all).send(
        new all.cognito.AdminCreateUserCommand({
          UserPoolId: 'p',
          Username: 'u',
          DesiredDeliveryMediums: [all.cognito.DeliveryMediumType.EMAIL],
        }),
      ),
  ],
  [
    'a login that is not there',
    { status: 400, body: JSON.stringify({ __type: 'UserNotFoundException', message: 'no' }) },
    (all) =>
      cognito(all).send(new all.cognito.AdminDeleteUserCommand({ UserPoolId: 'p', Username: 'u' })),
  ],
  [
    'SendEmail',
    json({ MessageId: 'm' }),
    (all) =>
      new all.ses.SESv2Client({ maxAttempts: 1 }).send(
        new all.ses.SendEmailCommand({
          FromEmailAddress: 'a@example.org',
          Destination: { ToAddresses: ['b@example.org'] },
          Content: {
            Simple: {
              Subject: { Data: 'é', Charset: 'UTF-8' },
              Body: { Text: { Data: 'x' } },
              Attachments: [{ FileName: 'a.ics', RawContent: Buffer.from('hello') }],
            },
          },
        }),
      ),
  ],
  [
    'a mail that is refused',
    {
      status: 400,
      headers: { 'x-amzn-errortype': 'MessageRejected:http://internal.amazon.com/' },
      body: JSON.stringify({ message: 'Email address is not verified' }),
    },
    (all) =>
      new all.ses.SESv2Client({ maxAttempts: 1 }).send(
        new all.ses.SendEmailCommand({ Content: {} }),
      ),
  ],
  [
    'PutObject',
    { headers: { etag: '"e"', 'x-amz-version-id': 'v' }, body: '' },
    (all) =>
      bucket(all).send(
        new all.s3.PutObjectCommand({
          ...object,
          Body: '{"é":1}',
          ContentType: 'application/json',
        }),
      ),
  ],
  [
    'CopyObject',
    { body: '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>' },
    (all) =>
      bucket(all).send(
        new all.s3.CopyObjectCommand({ ...object, CopySource: 'papers/x?versionId=1' }),
      ),
  ],
  [
    'a copy that fails after it has begun',
    { body: '<Error><Code>InternalError</Code><Message>again</Message></Error>' },
    (all) => bucket(all).send(new all.s3.CopyObjectCommand({ ...object, CopySource: 'papers/x' })),
  ],
  [
    'HeadObject of nothing',
    { status: 404 },
    (all) => bucket(all).send(new all.s3.HeadObjectCommand({ ...object, VersionId: 'v/1' })),
  ],
  [
    'GetObject of nothing',
    {
      status: 404,
      body: '<Error><Code>NoSuchKey</Code><Message>The key is &lt;not&gt; there</Message></Error>',
    },
    (all) => bucket(all).send(new all.s3.GetObjectCommand(object)),
  ],
  [
    'GetObject of a version that is not there',
    { status: 404, body: '<Error><Code>NoSuchVersion</Code><Message>x</Message></Error>' },
    (all) => bucket(all).send(new all.s3.GetObjectCommand(object)),
  ],
  [
    'ListObjectVersions',
    {
      body: `${page}<Version><Key>a&amp;b</Key><VersionId>1</VersionId></Version><DeleteMarker><Key>c</Key><VersionId>2</VersionId></DeleteMarker></ListVersionsResult>`,
    },
    (all) =>
      bucket(all).send(
        new all.s3.ListObjectVersionsCommand({ Bucket: 'papers', Prefix: 'clean/' }),
      ),
  ],
  [
    'DeleteObjects',
    {
      body: '<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>',
    },
    (all) =>
      bucket(all).send(
        new all.s3.DeleteObjectsCommand({
          Bucket: 'papers',
          Delete: { Objects: [{ Key: "a&<b>'é", VersionId: '1' }, { Key: 'c' }], Quiet: true },
        }),
      ),
  ],
];
