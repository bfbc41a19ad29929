import { z } from 'zod';
import { accountLimit } from '../quotas/defaults.ts';
import {
  type AwsService,
  type Need,
  type RequestHead,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import type { Invocation, Invoke } from './invocation.ts';

const invocations = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;

const accountSettings = /^\/2016-08-19\/account-settings(?:\?.*)?$/;

const InvocationType = z.enum(['RequestResponse', 'Event', 'DryRun']).default('RequestResponse');

/** The REST API of Lambda: what tools ask of functions from outside. It answers `Invoke` and `GetAccountSettings`. */
export class LambdaApi implements AwsService {
  readonly target = 'lambda';
  readonly denial = { code: 'AccessDeniedException', status: 403 };
  readonly #invoke: Invoke;
  readonly #arnOf: (functionName: string) => string | undefined;

  /** @param arnOf - a function's ARN by its name or ARN; undefined when the template has none such */
  constructor(invoke: Invoke, arnOf: (functionName: string) => string | undefined) {
    this.#invoke = invoke;
    this.#arnOf = arnOf;
  }

  operationOf({ method, path }: RequestHead): string | undefined {
    if (method === 'POST' && invocations.test(path)) return 'Invoke';
    if (method === 'GET' && accountSettings.test(path)) return 'GetAccountSettings';
    return /^\/20\d\d-\d\d-\d\d\/(functions|account-settings)\b/.test(path)
      ? `${method} ${path}`
      : undefined;
  }

  needs(operation: string, { path }: ServiceRequest): readonly Need[] {
    if (operation === 'GetAccountSettings')
      return [{ action: 'lambda:GetAccountSettings', resource: '*' }];
    // Refused by whoever answers it.
    if (operation !== 'Invoke') return [];
    const name = functionIn(path);
    return [{ action: 'lambda:InvokeFunction', resource: this.#arnOf(name) ?? name }];
  }

  async answer(operation: string, request: ServiceRequest): Promise<ServiceReply> {
    try {
      if (operation === 'Invoke') return await this.#answerInvoke(request);
      if (operation === 'GetAccountSettings')
        return { status: 200, headers: json, body: JSON.stringify({ AccountLimit: accountLimit }) };
      const message = `The local region's Lambda does not answer ${operation}. It answers GetAccountSettings, Invoke.`;
      throw new ServiceError('UnknownOperationException', message, 404);
    } catch (error) {
      if (error instanceof ServiceError) return this.refusal(error);
      throw error;
    }
  }

  refusal({ code, message, status }: ServiceError): ServiceReply {
    const headers = { ...json, 'x-amzn-errortype': code };
    return { status, headers, body: JSON.stringify({ Type: 'User', message }) };
  }

  async #answerInvoke({ path, headers, body }: ServiceRequest): Promise<ServiceReply> {
    const name = functionIn(path);
    const kind = InvocationType.safeParse(headers['x-amz-invocation-type']);
    if (!kind.success) {
      throw new ServiceError('InvalidParameterValueException', 'the invocation type is none');
    }
    const event = payloadOf(body);
    if (this.#arnOf(name) === undefined) {
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    }
    const { data: type } = kind;
    switch (type) {
      case 'DryRun':
        return { status: 204, headers: json, body: '' };
      case 'Event':
        // As at AWS, whoever sends an event is not told what became of it; the function's log says.
        void this.#invoke(name, event);
        return { status: 202, headers: json, body: '' };
      case 'RequestResponse':
        return reply(await this.#invoke(name, event));
      default:
        return type satisfies never;
    }
  }
}

const json = { 'content-type': 'application/json' };

function reply(outcome: Invocation): ServiceReply {
  const headers = { ...json, 'x-amz-executed-version': '$LATEST' };
  if (outcome.ok) return { status: 200, headers, body: JSON.stringify(outcome.value ?? null) };
  const { errorType, message: errorMessage } = outcome;
  if (errorType === 'TooManyRequestsException') {
    throw new ServiceError(errorType, errorMessage, 429);
  }
  return {
    status: 200,
    headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
    body: JSON.stringify({ errorType, errorMessage }),
  };
}

function functionIn(path: string): string {
  return decodeURIComponent(invocations.exec(path)?.[1] ?? '');
}

/** @throws ServiceError - `InvalidRequestContentException` */
function payloadOf(body: Buffer): unknown {
  try {
    return body.length === 0 ? null : JSON.parse(body.toString());
  } catch {
    const message = 'Could not parse request body into json';
    throw new ServiceError('InvalidRequestContentException', message);
  }
}
