import type { RefusalStatus } from './route.ts';

/** What a caller learns of a refusal. No personal data: it may be logged. */
export interface RefusalText {
  /** Stable, machine-readable, listed in the route's contract, such as `consent-required`. */
  readonly code: string;
  /** What happened, where, and what to do next, in a sentence or two. */
  readonly detail: string;
  /** What in the request is not as it should be, place by place. */
  readonly faults?: readonly Fault[];
}

/** A request that was understood and refused. Only the runtime turns it into a problem document. */
export abstract class Refusal extends Error {
  abstract readonly status: RefusalStatus;
  readonly code: string;
  readonly faults: readonly Fault[];

  constructor({ code, detail, faults = [] }: RefusalText) {
    super(detail);
    this.code = code;
    this.faults = faults;
  }
}

/** 403: the caller's role or scope does not allow it. */
export class Forbidden extends Refusal {
  override readonly name = 'Forbidden';
  readonly status = 403;
}

/** 404: there is nothing there, or it is someone else's (edge case 50). */
export class NotFound extends Refusal {
  override readonly name = 'NotFound';
  readonly status = 404;
}

/** 409: it conflicts with what is there. */
export class Conflict extends Refusal {
  override readonly name = 'Conflict';
  readonly status = 409;
}

/** 412: `If-Match` names a version that is no longer the current one. */
export class Stale extends Refusal {
  override readonly name = 'Stale';
  readonly status = 412;
}

/** 422: well-formed, and refused by a rule. */
export class Ruled extends Refusal {
  override readonly name = 'Ruled';
  readonly status = 422;
}

/** One field of a request that is not as expected. */
export interface Fault {
  /** Where, such as `body.birthDate` or `query.limit`. */
  readonly field: string;
  readonly expected: string;
}

/** 400, 413 or 415: the request could not be read. */
export class Unreadable extends Error {
  override readonly name: string = 'Unreadable';
  readonly status: 400 | 413 | 415;
  readonly code: string;
  readonly faults: readonly Fault[];

  constructor(
    status: 400 | 413 | 415,
    code: string,
    detail: string,
    faults: readonly Fault[] = [],
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.faults = faults;
  }
}

/** The errors of a token endpoint (RFC 6749, section 5.2), as our codes are written. */
const oauthErrors: readonly string[] = [
  'invalid-request',
  'invalid-client',
  'invalid-grant',
  'unauthorized-client',
  'unsupported-grant-type',
  'invalid-scope',
];

/**
 * 400 of a token endpoint: its clients look for `error`, which is the code as OAuth 2.0 writes it, and `invalid_request`
 * for codes that it does not know, in `application/json` (RFC 6749, section 5.2).
 */
export class TokenRefused extends Unreadable {
  override readonly name = 'TokenRefused';
  readonly error: string;

  constructor(code: string, detail: string, faults: readonly Fault[] = []) {
    super(400, code, detail, faults);
    this.error = (oauthErrors.includes(code) ? code : 'invalid-request').replaceAll('-', '_');
  }
}

/** An error as a token endpoint says it: what it could not read is refused as OAuth wants it, the rest stays. */
export function asOauth(error: unknown): unknown {
  const isRead = !(error instanceof Unreadable) || error.status !== 400;
  if (isRead || error instanceof TokenRefused) return error;
  return new TokenRefused(error.code, error.message, error.faults);
}

/** Thrown where the types say that nothing can arrive. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(value: never) {
    super(`this value was thought impossible: ${JSON.stringify(value)}`);
  }
}

/** 401: the gateway let a token through that does not do, such as an ID token or one that was signed out. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
  readonly status = 401;
  readonly code: 'access-token-required' | 'signed-out';
  /** What `WWW-Authenticate` says: which token is wanted, and of one that came, that it does not do (RFC 6750, section 3). */
  readonly challenge: 'Bearer' | 'Bearer error="invalid_token"';

  constructor(
    code: Unauthenticated['code'],
    detail: string,
    challenge: Unauthenticated['challenge'] = 'Bearer error="invalid_token"',
  ) {
    super(detail);
    this.code = code;
    this.challenge = challenge;
  }
}

/** 503: too many others changed the same thing at the same moment; nothing was done. */
export class Busy extends Error {
  override readonly name = 'Busy';
  readonly status = 503;
  readonly code = 'busy';
  readonly retryAfterSeconds = 1;

  constructor() {
    super(
      'Too many requests changed the same thing at once and nothing was done. Send the request again.',
    );
  }
}

/** 503: a service that is needed is overloaded or does not answer; whether something was done is not known. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly status = 503;
  readonly code = 'unavailable';
  readonly retryAfterSeconds = 2;

  constructor() {
    super(
      'A service that this needs is overloaded or does not answer. Send the request again, a POST with the same Idempotency-Key: what was done is not done twice.',
    );
  }
}
