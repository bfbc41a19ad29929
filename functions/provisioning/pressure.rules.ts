import type { Pressure } from '../../regions/schema.ts';

/**
 * Milliseconds by which a request may reach its provider later than it was allowed to, and another sooner: a timer that is
 * late, a connection that is new. Left between two windows, it keeps them apart wherever one looks.
 */
export const allowance = { late: 50, underWay: 150 } as const;

/** Milliseconds for which a worker waits for its turn; whoever would wait longer comes back. */
export const longestWait = 10_000;

/**
 * Milliseconds from one request to the next. Turns this far apart hold in each window of the provider's, not only in those
 * that begin with a turn: of n + 1 turns the last is n such spaces after the first, which is the window and the allowance.
 */
export function spaceBetween({ requests, seconds }: Pressure): number {
  return Math.ceil((seconds * 1_000 + allowance.late + allowance.underWay) / requests);
}

/**
 * Whether a turn can still be used: one that is used late would come too close to the next.
 *
 * @param turn - milliseconds since the epoch
 * @param nowMs - milliseconds since the epoch
 */
export function isInTime(turn: number, nowMs: number): boolean {
  return nowMs >= turn && nowMs <= turn + allowance.late;
}
