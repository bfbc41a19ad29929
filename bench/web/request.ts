/** The learner of the bench, with an approval for a school in Mapo and no place yet. */
const learnerId = 'lrn_3k9d7p2mx5t8w0qz6r4hvc1jbn';
const sub = '5d8f2f0e-8f5a-4b5e-9a43-0c2d7c0f6a11';

/**
 * The request that is measured: a provider of which seats are counted is chosen, so that it takes two queries, a read
 * and a transaction.
 */
export const event = {
  version: '2.0',
  routeKey: 'PUT /me/enrolments/{place}',
  rawPath: '/me/enrolments/subject',
  rawQueryString: '',
  headers: {
    accept: 'application/json',
    authorization: 'Bearer token-that-the-gateway-has-verified',
    'content-length': '28',
    'content-type': 'application/json',
    host: 'api.example',
    'user-agent': 'ladder-bench',
    'x-amzn-trace-id': 'Root=1-6740c0de-0123456789abcdef01234567',
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  requestContext: {
    accountId: '111122223333',
    apiId: 'api',
    authorizer: {
      jwt: { claims: { sub, token_use: 'access', client_id: 'client' }, scopes: null },
    },
    domainName: 'api.example',
    domainPrefix: 'api',
    http: {
      method: 'PUT',
      path: '/me/enrolments/subject',
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.1',
      userAgent: 'ladder-bench',
    },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: 'PUT /me/enrolments/{place}',
    stage: '$default',
    time: '12/Mar/2026:19:03:58 +0000',
    timeEpoch: 1773342238000,
  },
  pathParameters: { place: 'subject' },
  body: '{"providerId":"night-train"}',
  isBase64Encoded: false,
};

/** What Lambda hands on beside the event, as far as anybody here reads it. */
export const context = {
  awsRequestId: '2f4a9f0e-1111-4222-8333-444455556666',
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'bench',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:ap-northeast-2:111122223333:function:bench',
  logGroupName: '/aws/lambda/bench',
  logStreamName: 'bench',
  memoryLimitInMB: '512',
};

/** The environment of the function; the credentials are those of AWS's documentation, which open nothing. */
export const environment = {
  AWS_REGION: 'ap-northeast-2',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'token-of-the-function',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  ENROLMENT_TABLE: 'enrolment',
  IDENTITY_TABLE: 'identity',
  ELIGIBILITY_TABLE: 'eligibility',
  NOTICES_TABLE: 'notices',
  NODE_ENV: 'production',
};

const links = { pk: { S: `LOGIN#${sub}` }, sk: { S: 'SELF' }, learnerId: { S: learnerId } };

const approval = {
  applicationId: { S: 'app_3k9d7p2mx5t8w0qz6r4hvc1jbn' },
  policyVersion: { S: 'all-citizens-2023' },
  stage: { S: 'high' },
  areaId: { S: 'mapo' },
  state: { S: 'holds' },
  validUntil: { S: '2999-12-31' },
  changedAt: { S: '2026-03-02T01:20:04.310Z' },
};

const places = {
  pk: { S: `LEARNER#${learnerId}` },
  sk: { S: 'PLACES' },
  learnerId: { S: learnerId },
  version: { N: '1' },
  approval: { M: approval },
  places: { M: {} },
  waits: { M: {} },
  switched: { N: '0' },
  givenBack: { M: {} },
  endings: { M: {} },
};

/** Of the lots of a provider in an area, some are taken from. */
const lots = [0, 1].map((lot) => ({
  pk: { S: 'SEATS#night-train#mapo' },
  sk: { S: `LOT#${lot}` },
  used: { N: '3' },
}));

const itemsOf = (items: readonly object[]) =>
  JSON.stringify({ Count: items.length, ScannedCount: items.length, Items: items });

/** In the order in which they are asked for. */
export const answers = [
  { operation: 'Query', of: 'LOGIN#', text: itemsOf([links]) },
  { operation: 'GetItem', of: 'LEARNER#', text: JSON.stringify({ Item: places }) },
  { operation: 'Query', of: 'SEATS#', text: itemsOf(lots) },
  { operation: 'TransactWriteItems', of: 'LEARNER#', text: '{}' },
] as const;

/** How often DynamoDB is asked by one request. */
export const requestsEach = answers.length;

/**
 * What DynamoDB answers, always the same: the learner has no place yet, and every write is kept.
 *
 * @param target - the header `x-amz-target`
 * @throws {RangeError} this is not what the request that is measured asks for
 */
export function answerOf(target: string, body: string): string {
  const answer = answers.find(
    ({ operation, of }) => target.endsWith(`.${operation}`) && body.includes(of),
  );
  if (answer === undefined) throw new RangeError(`the bench has no answer to ${target}: ${body}`);
  return answer.text;
}
