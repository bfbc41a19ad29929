import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ControlClient } from '../../../local/control/client.ts';
import { functionCredentials, localCredentials } from '../../../local/credentials.ts';
import { bootRegion } from '../../../local/region.ts';
import { writeMiniAssembly } from '../mini-assembly.ts';

const att = (...path: [string, string]) => ({ 'Fn::GetAtt': path });
const below = (resource: string, path: string) => ({
  'Fn::Join': ['', [att(resource, 'Arn'), path]],
});
const ses = (resource: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ses:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});
const allow = (Action: string | readonly string[], Resource: unknown) => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const attributes = ['id', 'state'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
const key = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' }];
const rowsTable = (TableName: string) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName,
    AttributeDefinitions: attributes,
    KeySchema: key('id'),
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      { IndexName: 'byState', KeySchema: key('state'), Projection: { ProjectionType: 'ALL' } },
    ],
  },
});

/** Two of each thing, and a function `narrow` whose role allows a little with the first of each. */
const narrowResources = {
  Rows: rowsTable('rows'),
  Others: rowsTable('others'),
  Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
  Other: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'small/other' } },
  Papers: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'papers' } },
  Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'example.org' } },
  Sending: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'sending' } },
  Narrow: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'narrow-role',
      AssumeRolePolicyDocument: {},
      Policies: [
        {
          PolicyName: 'Policy',
          PolicyDocument: {
            Statement: [
              allow(['GetItem', 'PutItem', 'BatchGetItem'].map(dynamodb), att('Rows', 'Arn')),
              allow('dynamodb:ConditionCheckItem', att('Others', 'Arn')),
              allow('dynamodb:Query', below('Rows', '/index/byState')),
              allow('sqs:SendMessage', att('Jobs', 'Arn')),
              allow('secretsmanager:GetSecretValue', { Ref: 'Token' }),
              allow('ses:SendEmail', ses('identity/example.org')),
              allow('cognito-idp:AdminGetUser', att('Pool', 'Arn')),
              allow(['s3:GetObject', 's3:PutObject'], below('Papers', '/clean/*')),
              allow('s3:GetObjectVersion', below('Papers', '/old/*')),
            ],
          },
        },
      ],
    },
  },
  NarrowFunction: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'narrow',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { S3Bucket: 'assets', S3Key: 'sweep.zip' },
      Role: att('Narrow', 'Arn'),
    },
  },
};

function dynamodb(action: string): string {
  return `dynamodb:${action}`;
}

/** A client for each service, as a function or a tool makes it. */
function clientsOf(
  url: string,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
) {
  const sdk = { endpoint: `${url}/_aws`, region: 'ap-northeast-2', credentials, maxAttempts: 1 };
  return {
    dynamodb: new DynamoDBClient(sdk),
    sqs: new SQSClient(sdk),
    secrets: new SecretsManagerClient(sdk),
    ses: new SESv2Client(sdk),
    cognito: new CognitoIdentityProviderClient(sdk),
    s3: new S3Client({ ...sdk, forcePathStyle: true }),
  };
}

/** A region whose template has these things, asked by its function `narrow` and by a tool. */
export async function bootNarrow() {
  const root = mkdtempSync(join(tmpdir(), 'region-iam-'));
  const region = await bootRegion({
    port: 0,
    region: 'ap-northeast-2',
    data: join(root, 'data'),
    assembly: writeMiniAssembly(join(root, 'cdk.out'), { resources: narrowResources }),
    secrets: { 'small/token': 'first', 'small/other': 'second' },
  });
  return {
    outputs: region.outputs,
    narrow: clientsOf(region.url, functionCredentials('narrow')),
    tool: clientsOf(region.url, localCredentials),
    stranger: clientsOf(region.url, functionCredentials('else')),
    /** What the region's own log says. */
    denials: async () => {
      const lines = await new ControlClient(region.url).logs();
      return lines.filter(({ source }) => source === 'local-region').map(({ text }) => text);
    },
    stop: async () => {
      await region.stop();
      rmSync(root, { recursive: true });
    },
  };
}
export type NarrowRegion = Awaited<ReturnType<typeof bootNarrow>>;

/** How something ended: `done`, or the error by its name, status and text. */
export async function outcome(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'done',
    (error) => `${error.name} ${error.$metadata.httpStatusCode} ${error.message}`,
  );
}
