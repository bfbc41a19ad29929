import {
  Busy,
  type Fault,
  Refusal,
  TokenRefused,
  Unauthenticated,
  Unavailable,
  Unreadable,
} from './errors.ts';
import { isOutage } from './outages.ts';

/** A problem document (RFC 9457, application/problem+json). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable and machine-readable; the contract of each route lists those it may answer with. */
  readonly code: string;
  /** The request, for whoever reads the logs. */
  readonly instance: string;
  /** The fields that were not as expected. */
  readonly errors?: readonly Fault[];
  /** The code as OAuth 2.0 writes it, of a token endpoint (RFC 6749, section 5.2). */
  readonly error?: string;
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request could not be read',
  401: 'Another token is needed',
  403: 'Not allowed',
  404: 'Not found',
  409: 'In conflict with what is there',
  412: 'Changed since it was read',
  413: 'Too large',
  415: 'Another media type is needed',
  422: 'Refused by a rule',
  500: 'A fault of ours',
  503: 'Try again',
};

interface Told {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly Fault[];
  readonly error?: string;
  readonly retryAfterSeconds?: number;
  readonly challenge?: string;
}

/** What a caller is told of an error; of an unexpected one, nothing but that it happened. */
function tell(error: unknown): Told {
  if (error instanceof Unauthenticated) {
    const { status, code, message: detail, challenge } = error;
    return { status, code, detail, challenge };
  }
  if (error instanceof Refusal || error instanceof Unreadable) {
    const { status, code, message: detail } = error;
    const told = {
      ...{ status, code, detail },
      ...(error instanceof TokenRefused ? { error: error.error } : {}),
    };
    return error.faults.length > 0 ? { ...told, errors: error.faults } : told;
  }
  if (error instanceof Busy || error instanceof Unavailable) {
    const { status, code, message, retryAfterSeconds } = error;
    return { status, code, detail: message, retryAfterSeconds };
  }
  if (isOutage(error)) return tell(new Unavailable());
  return {
    status: 500,
    code: 'internal',
    detail:
      'Something went wrong on our side. Send the request again; if it stays, report the instance.',
  };
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** The only place where an error becomes an answer. */
export function problemAnswer(error: unknown, requestId: string): HttpAnswer {
  const { retryAfterSeconds, challenge, ...told } = tell(error);
  const problem: Problem = {
    type: `urn:ladder:problem:${told.code}`,
    title: titles[told.status] ?? 'Refused',
    instance: `urn:ladder:request:${requestId}`,
    ...told,
  };
  return {
    statusCode: problem.status,
    headers: {
      // Clients of a token endpoint read no other type; the problem is in it all the same.
      'content-type': told.error === undefined ? 'application/problem+json' : 'application/json',
      'cache-control': 'no-store',
      ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify(problem),
  };
}
