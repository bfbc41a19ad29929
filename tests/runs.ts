/** How many times as many cases `npm run soak` has than `npm test`. */
const soaking = 10;

/**
 * How many cases a property is tried on, or how many people come at once: what a test passes to fast-check as `numRuns`.
 *
 * @param usual - in `npm test`; `npm run soak` sets LADDER_SOAK and has ten times as many
 */
export function runs(usual: number): number {
  return process.env['LADDER_SOAK'] === undefined ? usual : usual * soaking;
}
