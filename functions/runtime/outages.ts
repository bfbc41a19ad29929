import * as z from 'zod';

/** What an error of the AWS SDK, or of a connection, tells of itself. */
const Failed = z.object({
  name: z.string().optional(),
  /** Node's, of connections; a DOMException has a number. */
  code: z.unknown().optional(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

/** Refusals with a status of 400 that pass by themselves, by the names that services give them. */
const passing: readonly unknown[] = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
  // No answer came in time.
  'TimeoutError',
];

/** Connections that were not made, or ended before the answer. */
const unconnected: readonly unknown[] = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
];

/**
 * Whether an error is that a service which we need is overloaded or away for now. The SDK has tried again by then; whether
 * a write was done nobody knows.
 */
export function isOutage(error: unknown): boolean {
  const { data } = Failed.safeParse(error);
  if (data === undefined) return false;
  const status = data.$metadata?.httpStatusCode ?? 0;
  return (
    status >= 500 ||
    status === 429 ||
    passing.includes(data.name) ||
    unconnected.includes(data.code)
  );
}
