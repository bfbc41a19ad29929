/**
 * The most arrivals in any second that begins with one.
 *
 * @param arrivals - in milliseconds, in their order
 */
export function mostInASecond(arrivals: readonly number[]): number {
  return Math.max(
    ...arrivals.map((begin) => arrivals.filter((at) => at >= begin && at < begin + 1_000).length),
  );
}
