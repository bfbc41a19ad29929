import { ServiceException } from './failure.ts';
import { jsonFailure } from './json.ts';
import {
  type Call,
  type ClientOptions,
  type Command,
  type Fields,
  ServiceClient,
} from './service.ts';
import { encoded } from './signature.ts';
import { UnknownToClients } from './surroundings.ts';
import type { Answer } from './transport.ts';

export class LambdaServiceException extends ServiceException {}

const lambda = {
  variable: 'LAMBDA',
  host: 'lambda',
  signedAs: 'lambda',
  failure: jsonFailure({ ServiceException: LambdaServiceException }),
};

export class LambdaClient extends ServiceClient {
  constructor(options: ClientOptions) {
    super(lambda, options);
  }
}

/** What of an invocation functions say: which function, and what it is given. It is waited for, as it is unless one says otherwise. */
interface Invoking {
  readonly FunctionName: string;
  readonly Payload: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export class InvokeCommand implements Command {
  readonly input: Invoking;

  /** @throws {UnknownToClients} the input says what would not be sent */
  constructor({ FunctionName, Payload, ...others }: Invoking) {
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new UnknownToClients(`${unknown} of Invoke`, 'add it there');
    this.input = { FunctionName, Payload };
  }

  call(): Call {
    return {
      method: 'POST',
      path: `/2015-03-31/functions/${encoded(this.input.FunctionName)}/invocations`,
      headers: { 'content-type': 'application/octet-stream' },
      body: this.input.Payload,
    };
  }

  output({ status, headers, body }: Answer): Fields {
    return {
      StatusCode: status,
      FunctionError: headers['x-amz-function-error'],
      LogResult: headers['x-amz-log-result'],
      ExecutedVersion: headers['x-amz-executed-version'],
      Payload: Object.assign(new Uint8Array(body), {
        transformToString: () => body.toString('utf8'),
      }),
    };
  }
}
