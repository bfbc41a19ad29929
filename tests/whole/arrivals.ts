/**
 * The most arrivals in any window that begins with one.
 *
 * @param arrivals - in milliseconds, in their order
 * @param window - milliseconds
 */
export function mostWithin(arrivals: readonly number[], window: number): number {
  return Math.max(
    ...arrivals.map((begin) => arrivals.filter((at) => at >= begin && at < begin + window).length),
  );
}
