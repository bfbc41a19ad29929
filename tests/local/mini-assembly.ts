import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What every handler of the small stack begins with: a call of an AWS service, without an SDK. */
const ask = `
const ask = async (target, input) => {
  const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/',
    },
    body: JSON.stringify(input),
  });
  const output = await answer.json();
  if (!answer.ok) throw new Error(target + ': ' + JSON.stringify(output));
  return output;
};
const { TABLE: TableName, QUEUE: QueueUrl, SECRET: SecretId } = process.env;
const json = (statusCode, value) => ({ statusCode, body: JSON.stringify(value) });
`;

/** The small stack's functions, by asset. */
const handlers: Readonly<Record<string, string>> = {
  api: `${ask}
export const handler = async (event) => {
  if (event.routeKey === 'GET /me') {
    return json(200, { sub: event.requestContext.authorizer.jwt.claims.sub });
  }
  if (event.routeKey === 'GET /secret') {
    const { SecretString } = await ask('secretsmanager.GetSecretValue', { SecretId });
    return json(200, { secret: SecretString });
  }
  const { id } = event.pathParameters;
  if (event.routeKey === 'PUT /things/{id}') {
    const Item = { id: { S: id }, state: { S: 'accepted' }, times: { N: '0' } };
    await ask('DynamoDB_20120810.PutItem', { TableName, Item });
    console.log('accepted ' + id);
    return json(202, { id });
  }
  const { Item } = await ask('DynamoDB_20120810.GetItem', { TableName, Key: { id: { S: id } } });
  return Item ? json(200, { state: Item.state.S, times: Number(Item.times.N) }) : json(404, {});
};`,
  dispatch: `${ask}
export const handler = async ({ Records }) => {
  for (const { dynamodb } of Records) {
    if (dynamodb.NewImage.state.S !== 'accepted') continue;
    const id = dynamodb.Keys.id.S;
    await ask('AmazonSQS.SendMessage', {
      QueueUrl, MessageBody: id, MessageGroupId: id, MessageDeduplicationId: id,
    });
  }
};`,
  work: `${ask}
export const handler = async ({ Records }) => {
  for (const { body } of Records) {
    await ask('DynamoDB_20120810.UpdateItem', {
      TableName, Key: { id: { S: body } },
      UpdateExpression: 'SET #s = :done ADD times :one',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':done': { S: 'done' }, ':one': { N: '1' } },
    });
  }
};`,
  sweep: `
export const handler = async () => {
  console.log('swept');
  return { swept: true };
};`,
};

const ref = (Ref: string) => ({ Ref });
const att = (...path: [string, string]) => ({ 'Fn::GetAtt': path });

const row = (action: string) => `dynamodb:${action}`;
const allowing = (Action: readonly string[], resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: att(resource, 'Arn') }],
});

const fn = (asset: string, timeout = 10) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { S3Bucket: { 'Fn::Sub': `assets-\${AWS::Region}` }, S3Key: `${asset}.zip` },
    Role: att('Role', 'Arn'),
    Timeout: timeout,
    Environment: {
      Variables: { TABLE: ref('Things'), QUEUE: ref('Work'), SECRET: ref('Token') },
    },
  },
  DependsOn: ['Policy', 'Role'],
});

const call = { $ref: '#/components/x-amazon-apigateway-integrations/all' };
const route = { 'x-amazon-apigateway-integration': call };
const oneThing = {
  ...route,
  parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
};

/** The small stack's API. */
const definition = {
  openapi: '3.0.1',
  info: { title: 'small', version: '1.0' },
  paths: {
    '/me': { get: { ...route, security: [{ pool: [] }] } },
    '/secret': { get: route },
    '/things/{id}': { get: oneThing, put: oneThing },
  },
  components: {
    securitySchemes: {
      pool: {
        type: 'oauth2',
        'x-amazon-apigateway-authorizer': {
          type: 'jwt',
          identitySource: '$request.header.Authorization',
          jwtConfiguration: {
            audience: [ref('Client')],
            issuer: {
              'Fn::Join': [
                '',
                ['https://cognito-idp.', ref('AWS::Region'), '.amazonaws.com/', ref('Pool')],
              ],
            },
          },
        },
      },
    },
    'x-amazon-apigateway-integrations': {
      all: {
        type: 'aws_proxy',
        httpMethod: 'POST',
        uri: {
          'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${ApiFunction.Arn}/invocations`,
        },
        payloadFormatVersion: '2.0',
      },
    },
  },
};

/**
 * A small stack with one of everything: things are put through the API, a table's stream hands them to
 * a FIFO queue, and a worker marks them done.
 */
const template = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {},
        Policies: [
          {
            PolicyName: 'Rows',
            PolicyDocument: allowing(['GetItem', 'PutItem', 'UpdateItem'].map(row), 'Things'),
          },
        ],
      },
    },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'P',
        Roles: [ref('Role')],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: att('Work', 'Arn') },
            { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: ref('Token') },
          ],
        },
      },
    },
    Things: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    Work: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        FifoQueue: true,
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: att('Dead', 'Arn'), maxReceiveCount: 5 },
      },
    },
    Token: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'small/token' } },
    ApiFunction: fn('api'),
    DispatchFunction: fn('dispatch'),
    WorkFunction: fn('work'),
    SweepFunction: fn('sweep'),
    FromTable: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: att('Things', 'StreamArn'),
        FunctionName: ref('DispatchFunction'),
        StartingPosition: 'TRIM_HORIZON',
      },
    },
    FromQueue: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: att('Work', 'Arn'), FunctionName: ref('WorkFunction') },
    },
    Sweep: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'sweep',
        ScheduleExpression: 'rate(1 hour)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: att('SweepFunction', 'Arn'), RoleArn: att('Role', 'Arn') },
      },
    },
    Pool: {
      Type: 'AWS::Cognito::UserPool',
      Properties: {
        UsernameAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      },
    },
    Client: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: {
        UserPoolId: ref('Pool'),
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      },
    },
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Body: definition, FailOnWarnings: true },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: ref('Api'), StageName: '$default', AutoDeploy: true },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: att('ApiFunction', 'Arn'),
        Principal: 'apigateway.amazonaws.com',
      },
    },
  },
  Outputs: {
    ApiUrl: {
      Value: { 'Fn::Sub': `https://\${Api}.execute-api.\${AWS::Region}.amazonaws.com/things` },
    },
    ClientId: { Value: ref('Client') },
    PoolId: { Value: ref('Pool') },
    QueueUrl: { Value: ref('Work') },
  },
};

/**
 * Writes the small stack as a cloud assembly.
 * @param directory - is made
 * @param change - resources beside the small stack's own; the AWS region that it is bound to
 */
export function writeMiniAssembly(
  directory: string,
  { resources = {}, boundTo = 'unknown-region' }: { resources?: object; boundTo?: string } = {},
): string {
  mkdirSync(directory, { recursive: true });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(directory, name), JSON.stringify(content));
  const artifacts = {
    small: {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${boundTo}`,
      properties: { templateFile: 'small.template.json' },
    },
    'small.assets': { type: 'cdk:asset-manifest', properties: { file: 'small.assets.json' } },
  };
  const files: Record<string, object> = {};
  for (const [name, source] of Object.entries(handlers)) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'index.mjs'), source);
    files[name] = {
      source: { path: name, packaging: 'zip' },
      destinations: { here: { objectKey: `${name}.zip` } },
    };
  }
  write('manifest.json', { artifacts });
  write('small.assets.json', { files });
  write('small.template.json', { ...template, Resources: { ...template.Resources, ...resources } });
  return directory;
}
