import { type Edges, none, requestOf } from './edges.rules.ts';
import { PathSearch } from './paths.rules.ts';

export interface Assignment {
  /** The edge of each request, or `none`. */
  readonly chosen: Int32Array;
  /** The sum of the scores of the chosen edges. */
  readonly total: number;
  /**
   * What a place with each mentor costs, and with it the proof that no assignment has a higher total: a mentor with
   * room costs nothing, and every request that is not locked has the edge on which most of its score is left after the
   * price, or none where nothing would be left.
   */
  readonly prices: Int32Array;
}

/** A pair is fixed that is no edge, twice, or beyond what the mentor has room for. */
export class ImpossibleLock extends RangeError {
  override readonly name = 'ImpossibleLock';
  readonly edge: number;

  constructor(edge: number, why: string) {
    super(`The pair of edge ${edge} cannot be fixed: ${why}.`);
    this.edge = edge;
  }
}

/**
 * The assignment of the highest total score: a min-cost flow, solved by shortest augmenting paths with potentials
 * (Edmonds and Karp 1972; Jonker and Volgenant 1987), the potentials being the mentors' prices. No mentor has more
 * requests than they have room for (edge case 32), and every locked edge is chosen. The same input has the same result.
 * Time grows with the places more than with the requests: one that wants none at its price costs a look at its edges.
 *
 * @param capacities - how many requests each mentor has room for, locked ones included
 * @param locked - edges that must be chosen
 * @throws ImpossibleLock
 */
export function assign(
  edges: Edges,
  capacities: readonly number[],
  locked: readonly number[] = [],
): Assignment {
  const chosen = new Int32Array(edges.first.length - 1).fill(none);
  const room = Uint32Array.from(capacities);
  for (const edge of locked) lock(edges, edge, chosen, room);
  const search = new PathSearch(edges, room, chosen);
  for (const request of byBestScore(edges)) {
    if (chosen[request] === none) search.insert(request);
  }
  return { chosen, total: totalOf(edges, chosen), prices: search.prices };
}

function lock(edges: Edges, edge: number, chosen: Int32Array, room: Uint32Array): void {
  const mentor = edges.mentor[edge];
  if (mentor === undefined) throw new ImpossibleLock(edge, 'there is no such edge');
  const request = requestOf(edges, edge);
  if (chosen[request] !== none) throw new ImpossibleLock(edge, 'its request is in another');
  const left = room[mentor] ?? 0;
  if (left === 0) throw new ImpossibleLock(edge, 'its mentor has no room');
  room[mentor] = left - 1;
  chosen[request] = edge;
}

/** Requests in the order of their best edge: those who come late find prices at which they want nothing. */
function byBestScore({ first, score }: Edges): Uint32Array {
  const best = new Uint16Array(first.length - 1);
  for (let request = 0; request < best.length; request += 1) {
    const end = first[request + 1] ?? 0;
    for (let edge = first[request] ?? 0; edge < end; edge += 1) {
      best[request] = Math.max(best[request] ?? 0, score[edge] ?? 0);
    }
  }
  return Uint32Array.from(best.keys()).sort((a, b) => (best[b] ?? 0) - (best[a] ?? 0) || a - b);
}

function totalOf({ score }: Edges, chosen: Int32Array): number {
  return chosen.reduce((sum, edge) => sum + (edge === none ? 0 : (score[edge] ?? 0)), 0);
}

/** Two who would rather have each other than what they have (a blocking pair: Gale and Shapley 1962). */
export interface Rather {
  readonly edge: number;
  readonly request: number;
  readonly mentor: number;
  /** By how many points the request would be better off. */
  readonly requestGains: number;
  /** By how many points the mentor would be better off than with the request that they hold of the lowest score. */
  readonly mentorGains: number;
}

/**
 * The pairs that would rather have each other than what a proposal gives them: the price of the highest total, and
 * what a coordinator looks at first. Those come first in which the one who gains less gains most.
 *
 * @param capacities - as `assign` was given them
 * @param atMost - how many are told
 */
export function wouldRather(
  edges: Edges,
  capacities: readonly number[],
  chosen: Int32Array,
  atMost: number,
): Rather[] {
  const least = leastHeld(edges, capacities, chosen);
  const found: Rather[] = [];
  for (const [request, present] of chosen.entries()) {
    const has = present === none ? 0 : (edges.score[present] ?? 0);
    const end = edges.first[request + 1] ?? 0;
    for (let edge = edges.first[request] ?? 0; edge < end; edge += 1) {
      const score = edges.score[edge] ?? 0;
      const mentor = edges.mentor[edge] ?? 0;
      const mentorGains = score - (least[mentor] ?? 0);
      if (score <= has || mentorGains <= 0) continue;
      found.push({ edge, request, mentor, requestGains: score - has, mentorGains });
    }
  }
  const lesser = ({ requestGains, mentorGains }: Rather) => Math.min(requestGains, mentorGains);
  return found.sort((a, b) => lesser(b) - lesser(a) || a.edge - b.edge).slice(0, atMost);
}

/** The lowest score that each mentor holds: 0 with room, and more than any edge has where there was never any. */
function leastHeld(edges: Edges, capacities: readonly number[], chosen: Int32Array): Uint32Array {
  const least = new Uint32Array(capacities.length).fill(0xffff_ffff);
  const held = new Uint32Array(capacities.length);
  for (const edge of chosen) {
    if (edge === none) continue;
    const mentor = edges.mentor[edge] ?? 0;
    held[mentor] = (held[mentor] ?? 0) + 1;
    least[mentor] = Math.min(least[mentor] ?? 0, edges.score[edge] ?? 0);
  }
  return least.map((score, mentor) =>
    (held[mentor] ?? 0) < (capacities[mentor] ?? 0) ? 0 : score,
  );
}
