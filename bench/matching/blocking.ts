import { type Edges, none, requestOf } from '../../functions/mentoring/edges.rules.ts';

/**
 * The edges of pairs who would both rather have each other than what they have, by the definition and slowly: what a
 * proposal tells of them is held against it.
 */
export function blockingPairs(
  edges: Edges,
  capacities: readonly number[],
  chosen: Int32Array,
): number[] {
  const scoreOf = (edge: number) => (edge === none ? 0 : (edges.score[edge] ?? 0));
  const holds = capacities.map((): number[] => []);
  for (const edge of chosen) if (edge !== none) holds[edges.mentor[edge] ?? 0]?.push(scoreOf(edge));
  const wouldTake = (mentor: number, score: number) => {
    const held = holds[mentor] ?? [];
    return held.length < (capacities[mentor] ?? 0) || held.some((other) => other < score);
  };
  return [...edges.score.keys()].filter((edge) => {
    const present = chosen[requestOf(edges, edge)] ?? none;
    return scoreOf(edge) > scoreOf(present) && wouldTake(edges.mentor[edge] ?? 0, scoreOf(edge));
  });
}
