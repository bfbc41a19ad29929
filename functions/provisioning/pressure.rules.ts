import { allowance } from './pressure.contract.ts';

export { allowance, crewOf, longestWait, rateOf, spaceBetween } from './pressure.contract.ts';

/**
 * Whether a turn can still be used: one that is used late would come too close to the next.
 *
 * @param turn - milliseconds since the epoch
 * @param nowMs - milliseconds since the epoch
 */
export function isInTime(turn: number, nowMs: number): boolean {
  return nowMs >= turn && nowMs <= turn + allowance.late;
}
