import type { Packages } from './both.ts';
import type { Asking } from './compare.ts';
import type { Reply } from './endpoint.ts';

const invoke =
  (FunctionName: string): Asking =>
  async (all: Packages) => {
    const { Payload, ...said } = await new all.lambda.LambdaClient({ maxAttempts: 1 }).send(
      new all.lambda.InvokeCommand({ FunctionName, Payload: '{"ask":"é"}' }),
    );
    return { ...said, text: Payload?.transformToString() };
  };

/** What functions ask of other functions, and what Lambda says to it. */
export const lambdaAsks: readonly (readonly [name: string, reply: Reply, asking: Asking])[] = [
  [
    'Invoke',
    { headers: { 'x-amz-executed-version': '$LATEST' }, body: '{"kind":"done","word":"é"}' },
    invoke('ladder-Fn 1'),
  ],
  [
    'Invoke by an ARN',
    { body: 'null' },
    invoke('arn:aws:lambda:ap-northeast-2:111111111111:function:ladder-Fn'),
  ],
  [
    'a function that fails',
    {
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: '{"errorType":"Busy","errorMessage":"no"}',
    },
    invoke('f'),
  ],
  [
    'a function that is not there',
    {
      status: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
      body: '{"Type":"User","message":"Function not found"}',
    },
    invoke('f'),
  ],
  [
    'functions of which too many run',
    {
      status: 429,
      headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
      body: '{"Type":"User","message":"Rate Exceeded.","Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}',
    },
    invoke('f'),
  ],
];
