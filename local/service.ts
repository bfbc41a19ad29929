import type { IncomingHttpHeaders } from 'node:http';

/** What is known of a request to an emulated AWS service before its body has come. */
export interface RequestHead {
  readonly method: string;
  /** Path and query below `/_aws`, such as `/` or `/ap-northeast-2_abc/.well-known/jwks.json`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request to an emulated AWS service, its body read whole. */
export interface ServiceRequest extends RequestHead {
  readonly body: Buffer;
}

export interface ServiceReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What a caller's role must allow: an action on a resource's ARN, or on `*` where an action knows no resources. */
export interface Need {
  readonly action: string;
  readonly resource: string;
}

/** The error by which a service says that a role does not allow something. */
export interface Denial {
  readonly code: string;
  readonly status: number;
}

/**
 * An emulated AWS service. All share the port of the API, below `/_aws`; the AWS JSON protocols name
 * service and operation in `X-Amz-Target` (such as `AmazonSQS.SendMessage`), the REST protocols by method
 * and path, the query protocol in a form; the last two say in their signature which service is meant.
 */
export interface AwsService {
  /** The part of `X-Amz-Target` before the dot, such as `AmazonSQS`; of any other service its signing name. */
  readonly target: string;
  /** Whether it speaks the query protocol: the `Action` of a form names the operation. */
  readonly speaksQuery?: boolean;
  /** Most bytes of a request's body, where it is not the front's own limit. */
  readonly largestBody?: number;
  answer(operation: string, request: ServiceRequest): Promise<ServiceReply>;
  /**
   * What an operation needs; a function may ask nothing of a service that does not say. Empty: whoever asks may.
   * A request that is malformed may need anything, for the service itself refuses it.
   * @throws ServiceError - the service's refusal of what cannot be read
   */
  needs?(operation: string, request: ServiceRequest): readonly Need[];
  /** `AccessDeniedException` with status 400 where it does not say. */
  readonly denial?: Denial;
  /** REST only: the operation that method, path and headers ask for; undefined when the path is not this service's. */
  operationOf?(head: RequestHead): string | undefined;
  /** REST only: what is answered to a page of this machine; undefined when such pages may not ask this. */
  corsHeaders?(head: RequestHead): Readonly<Record<string, string>> | undefined;
  /** An error in the service's protocol, where that is not AWS JSON. */
  refusal?(error: ServiceError): ServiceReply;
  /** Answers what comes without a target (such as a key set); undefined when the path is not this service's. */
  answerPath?(request: ServiceRequest): ServiceReply | undefined;
  /** Ends timers and held requests. What is kept, is kept already. */
  stop?(): Promise<void>;
}

/** An error that a service answers with; in the AWS JSON protocols as `__type` and `message`. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;

  /**
   * @param code - the error's name at AWS, such as `QueueDoesNotExist`
   * @param message - what, where and what to do
   * @param status - 400 for the caller's faults, 500 for ours
   */
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
