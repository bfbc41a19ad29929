import type { Answer } from './transport.ts';

/** What is told of an answer beside what is in it. */
export interface Metadata {
  httpStatusCode?: number | undefined;
  requestId?: string | undefined;
  extendedRequestId?: string | undefined;
  cfId?: string | undefined;
  attempts?: number;
  totalRetryDelay?: number;
  /** The clock was put right by the answer: the same request may be taken now. */
  clockSkewCorrected?: boolean;
}

/** An error as retries read it: of a service, or of the connection to it. */
export interface Failure extends Error {
  /** Node's, of connections. */
  readonly code?: unknown;
  $metadata?: Metadata;
  readonly $response?: Answer;
}

/** What a service refuses, or fails to do; the shape of the AWS SDK's. */
export class ServiceException extends Error {
  $fault: 'client' | 'server' = 'client';
  $metadata: Metadata = {};
}

/** The class of one error of a service, for `instanceof`. */
export function failureClass(name: string, Base: typeof ServiceException = ServiceException) {
  return class extends Base {
    override name = name;
  };
}

export type FailureClasses = Readonly<Record<string, typeof ServiceException>>;

/**
 * The error that an answer tells of.
 *
 * @param code - its name with the service
 * @param fields - what else it says
 */
export function failureOf(
  answer: Answer,
  code: string,
  fields: Readonly<Record<string, unknown>>,
  classes: FailureClasses,
): ServiceException {
  const Class = Object.hasOwn(classes, code) ? classes[code] : classes['ServiceException'];
  const failure = new (Class ?? ServiceException)();
  const { message, Message, ...others } = fields;
  Object.assign(failure, others, {
    name: code,
    message: String(message || Message || 'UnknownError'),
    $fault: answer.status < 500 ? 'client' : 'server',
    $metadata: metadataOf(answer),
  });
  return withResponse(failure, answer);
}

/** Keeps the answer with the error, where printing does not show it. */
export function withResponse<E extends Error>(error: E, answer: Answer): E {
  return Object.defineProperty(error, '$response', { value: answer, enumerable: false });
}

export function metadataOf({ status, headers }: Answer): Metadata {
  const requestId =
    headers['x-amzn-requestid'] ?? headers['x-amzn-request-id'] ?? headers['x-amz-request-id'];
  return {
    httpStatusCode: status,
    requestId: textOf(requestId),
    extendedRequestId: textOf(headers['x-amz-id-2']),
    cfId: textOf(headers['x-amz-cf-id']),
  };
}

const textOf = (header: string | string[] | undefined) =>
  header === undefined ? undefined : String(header);
