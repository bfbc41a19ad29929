import type { Pressure } from '../../regions/schema.ts';

/** Receptions of an account's message that may fail; then it is given up to the provider's dead-letter queue. */
export const longestAttempts = 12;

/**
 * Milliseconds by which a request may reach its provider later than it was allowed to, and another sooner: a timer that is
 * late, a connection that is new. Left between two windows, it keeps them apart wherever one looks.
 */
export const allowance = { late: 50, underWay: 150 } as const;

/** Seconds for which a provider is left in peace at most, before it is asked whether it is back. */
export const longestRest = 1_800;

/** Milliseconds for which a worker waits for its turn; whoever would wait longer comes back. */
export const longestWait = 10_000;

/** Functions that work off a provider's queue side by side: as few as Lambda allows. */
export const workersOfQueue = 2;

/** Messages that one of them takes at once, at most. */
const largestBatch = 10;

/**
 * Milliseconds from one request to the next. Turns this far apart hold in each window of the provider's, not only in those
 * that begin with a turn: of n + 1 turns the last is n such spaces after the first, which is the window and the allowance.
 */
export function spaceBetween({ requests, seconds }: Pressure): number {
  return Math.ceil((seconds * 1_000 + allowance.late + allowance.underWay) / requests);
}

/**
 * How many messages a worker takes at once. A message has one request under way at most, so all workers' messages together
 * are no more requests than the provider takes at once, and no more than get their turns while one waits for them; of a
 * provider so slow that not even one each does, some come back later.
 */
export function batchOf(pressure: Pressure | undefined): number {
  if (pressure === undefined) return largestBatch;
  const { concurrency = Number.POSITIVE_INFINITY } = pressure;
  const together = Math.min(concurrency, longestWait / spaceBetween(pressure));
  return Math.min(Math.max(Math.floor(together / workersOfQueue), 1), largestBatch);
}
