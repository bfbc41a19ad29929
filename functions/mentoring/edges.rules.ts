/** Pairs that are allowed, request by request (compressed sparse rows). */
export interface Edges {
  /** Where the edges of each request begin, and behind the last request where they end. */
  readonly first: Uint32Array;
  /** The mentor of each edge, counted from 0; rising within a request. */
  readonly mentor: Uint16Array;
  /** What each edge is worth, at least 1. */
  readonly score: Uint16Array;
}

/** How many mentors, and how many points on an edge, `Edges` holds. */
export const most = 0xffff;

/** What stands for the edge of a request that has no mentor. */
export const none = -1;

/** The request that an edge belongs to. */
export function requestOf({ first }: Pick<Edges, 'first'>, edge: number): number {
  let low = 0;
  let high = first.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((first[middle] ?? 0) <= edge) low = middle;
    else high = middle;
  }
  return low;
}

/** The edge between a request and a mentor, or `none`. */
export function edgeBetween(edges: Edges, request: number, mentor: number): number {
  const from = edges.first[request] ?? 0;
  const index = edges.mentor.subarray(from, edges.first[request + 1]).indexOf(mentor);
  return index < 0 ? none : from + index;
}
