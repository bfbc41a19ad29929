import { type Edges, none, requestOf } from '../../functions/mentoring/edges.rules.ts';

/** What people do by hand: the best pair of all first, then the best of those that are left. */
export function greedily(edges: Edges, capacities: readonly number[]): Int32Array {
  const chosen = new Int32Array(edges.first.length - 1).fill(none);
  const room = Uint32Array.from(capacities);
  const byScore = Uint32Array.from(edges.score.keys()).sort(
    (a, b) => (edges.score[b] ?? 0) - (edges.score[a] ?? 0) || a - b,
  );
  for (const edge of byScore) {
    const request = requestOf(edges, edge);
    const mentor = edges.mentor[edge] ?? 0;
    const left = room[mentor] ?? 0;
    if (left === 0 || chosen[request] !== none) continue;
    room[mentor] = left - 1;
    chosen[request] = edge;
  }
  return chosen;
}
