import { type Edges, none } from '../../functions/mentoring/edges.rules.ts';

/**
 * Deferred acceptance (Gale and Shapley 1962): requests ask their mentors from the best on, and each mentor keeps the
 * best who have asked. No two would rather have each other; the total is what that leaves.
 */
export function byDeferredAcceptance(edges: Edges, capacities: readonly number[]): Int32Array {
  const { first, mentor, score } = edges;
  const chosen = new Int32Array(first.length - 1).fill(none);
  const better = (a: number, b: number) => (score[b] ?? 0) - (score[a] ?? 0) || a - b;
  const left = Array.from(chosen, (_, request) => {
    const begin = first[request] ?? 0;
    const length = (first[request + 1] ?? 0) - begin;
    // The best last, where `pop` takes it.
    return Uint32Array.from({ length }, (_none, index) => begin + index).sort((a, b) =>
      better(b, a),
    );
  });
  const asked = new Uint32Array(chosen.length);
  const kept = capacities.map((): { edge: number; request: number }[] => []);
  const asking = [...chosen.keys()];
  for (let request = asking.pop(); request !== undefined; request = asking.pop()) {
    const mine = left[request];
    const edge = mine?.at(-1 - (asked[request] ?? 0));
    if (edge === undefined) continue;
    asked[request] = (asked[request] ?? 0) + 1;
    const holds = kept[mentor[edge] ?? 0] ?? [];
    holds.push({ edge, request });
    chosen[request] = edge;
    if (holds.length <= (capacities[mentor[edge] ?? 0] ?? 0)) continue;
    holds.sort((a, b) => better(a.edge, b.edge));
    const refused = holds.pop();
    if (refused === undefined) continue;
    chosen[refused.request] = none;
    asking.push(refused.request);
  }
  return chosen;
}
