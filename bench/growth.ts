/**
 * The power of its size with which a cost grows: the slope of a straight line through both logarithms, by least
 * squares. 1 is in proportion, 0 is not at all.
 *
 * @param points - size and cost, two at least
 */
export function exponentOf(points: readonly (readonly [size: number, cost: number])[]): number {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(cost)] as const);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const size = mean(logs.map(([x]) => x));
  const cost = mean(logs.map(([, y]) => y));
  const slope = logs.reduce((sum, [x, y]) => sum + (x - size) * (y - cost), 0);
  return slope / logs.reduce((sum, [x]) => sum + (x - size) ** 2, 0);
}
