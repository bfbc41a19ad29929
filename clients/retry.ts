import type { Failure } from './failure.ts';
import { UnknownToClients } from './surroundings.ts';

/** What came of trying, and what it took. */
export interface Tried<T> {
  readonly value: T;
  readonly attempts: number;
  /** Milliseconds that were waited between attempts. */
  readonly totalRetryDelay: number;
}

/** How often a client tries, and how long it waits first. */
export interface RetryManner {
  readonly maxAttempts: number;
  /** Milliseconds. */
  readonly baseDelay: number;
}

/** Names of errors by which a service says "too much". */
const throttled: readonly unknown[] = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
];
const lateNames: readonly unknown[] = ['TimeoutError', 'RequestTimeout', 'RequestTimeoutException'];
const passingStatuses: readonly unknown[] = [500, 502, 503, 504];
/** Node's codes of connections that were not made, or broke. */
const unconnected: readonly unknown[] = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];

/** Milliseconds from which a wait for a service that says "too much" doubles, and what no wait exceeds. */
const throttledDelay = 1_000;
const longestDelay = 20_000;
/** By how much a wait that a service asks for may exceed ours. */
const longestAsked = 5_000;

/** What retries cost of what a client may spend on them, so that a service which is down is not asked by all, again and again. */
const fullBudget = 500;
const costs = { throttled: 5, passing: 14 } as const;

/**
 * The AWS SDK's standard way of trying again, with its numbers (`@smithy/core`, `StandardRetryStrategy`): waits of
 * random length that double, and a budget that successes fill again.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export class Retries {
  readonly maxAttempts: number;
  readonly #baseDelay: number;
  #budget = fullBudget;

  /** @throws {UnknownToClients} the environment asks for another way */
  constructor({ maxAttempts, baseDelay }: RetryManner) {
    const mode = process.env['AWS_RETRY_MODE'] || 'standard';
    if (mode !== 'standard') throw new UnknownToClients(`AWS_RETRY_MODE=${mode}`, 'unset it');
    this.maxAttempts = maxAttempts;
    this.#baseDelay = baseDelay;
  }

  /**
   * Tries until it is done, cannot be done, or has been tried often enough.
   *
   * @param attempt - gets its number, from 1
   * @throws what the last attempt threw, which then knows of all of them
   */
  async run<T>(attempt: (number: number) => Promise<T>): Promise<Tried<T>> {
    let totalRetryDelay = 0;
    let spent = 0;
    for (let attempts = 1; ; attempts += 1) {
      try {
        const value = await attempt(attempts);
        this.#budget = Math.min(fullBudget, this.#budget + (spent || 1));
        return { value, attempts, totalRetryDelay };
      } catch (error) {
        const kind = kindOf(error);
        const cost = kind === undefined ? 0 : costs[kind];
        if (kind === undefined || attempts >= this.maxAttempts || this.#budget < cost) {
          throw withAttempts(error, attempts, totalRetryDelay);
        }
        this.#budget -= cost;
        spent = cost;
        const delay = this.#delay(kind, attempts - 1, askedDelay(error));
        totalRetryDelay += delay;
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }

  #delay(kind: keyof typeof costs, retries: number, asked: number): number {
    const base = kind === 'throttled' ? throttledDelay : this.#baseDelay;
    const own = Math.floor(Math.random() * Math.min(base * 2 ** retries, longestDelay));
    return Math.max(own, Math.min(asked, own + longestAsked));
  }
}

/** Why an attempt that failed may be made again; undefined: it may not. */
function kindOf(error: unknown): keyof typeof costs | undefined {
  if (!(error instanceof Error)) return undefined;
  // Whatever is thrown may have been given these.
  const { name, message, code, $metadata } = error as Failure;
  const { httpStatusCode, clockSkewCorrected } = $metadata ?? {};
  if (httpStatusCode === 429 || throttled.includes(name)) return 'throttled';
  const passes =
    clockSkewCorrected === true ||
    (name === 'InvalidSignatureException' && message.includes('Signature expired')) ||
    name === 'ReplicatedWriteConflictException' ||
    lateNames.includes(name) ||
    unconnected.includes(code) ||
    passingStatuses.includes(httpStatusCode);
  return passes ? 'passing' : undefined;
}

/** Milliseconds for which a service asks to be left alone. */
function askedDelay(error: unknown): number {
  // As above.
  const headers = (error as Failure).$response?.headers ?? {};
  const text = headers['retry-after'];
  if (text === undefined) return Number(headers['x-amz-retry-after'] ?? 0) || 0;
  const milliseconds = /^[\d.]+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? 0 : milliseconds;
}

function withAttempts(error: unknown, attempts: number, totalRetryDelay: number): unknown {
  if (!(error instanceof Error)) return error;
  // As above.
  const failure = error as Failure;
  failure.$metadata = { ...failure.$metadata, attempts, totalRetryDelay };
  return failure;
}
