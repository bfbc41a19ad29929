import { type Edges, none } from './edges.rules.ts';

const far = 0x7fff_ffff;

/**
 * Takes requests one by one, and has the assignment of the highest total score among those it has taken: each finds the
 * path on which least score is lost, from mentor to mentor by the requests that give way, to one with room or to a
 * request that stays without. No array is read beyond its end: `?? 0` tells the compiler so.
 */
export class PathSearch {
  /** Of a place with each mentor: what must be lost for one more request to have it. */
  readonly prices: Int32Array;
  readonly #edges: Edges;
  readonly #chosen: Int32Array;
  /** Requests by place; the places of a mentor are next to each other, the taken ones first. */
  readonly #held: Int32Array;
  readonly #placeOf: Int32Array;
  readonly #begin: Uint32Array;
  readonly #taken: Uint32Array;
  /** Of the present search: how much score is lost on the best way to each mentor, and the last step of that way. */
  readonly #loss: Int32Array;
  readonly #viaEdge: Int32Array;
  readonly #viaRequest: Int32Array;
  readonly #passed: Uint8Array;
  /** Mentors to pass next: no other is nearer. */
  readonly #near: number[] = [];
  /** Where the best path ends: with what loss, at which mentor, and whether there at room or at a request that gives way. */
  #endLoss = 0;
  #endMentor = none;
  #givesWay = none;

  /**
   * @param room - how many requests each mentor has room for
   * @param chosen - the edge of each request, or `none`; changed by `insert`. Who has one from the start keeps it
   */
  constructor(edges: Edges, room: Uint32Array, chosen: Int32Array) {
    const mentors = room.length;
    this.#edges = edges;
    this.#chosen = chosen;
    this.prices = new Int32Array(mentors);
    this.#begin = new Uint32Array(mentors + 1);
    for (const [mentor, places] of room.entries()) {
      this.#begin[mentor + 1] = (this.#begin[mentor] ?? 0) + Math.min(places, chosen.length);
    }
    this.#held = new Int32Array(this.#begin[mentors] ?? 0);
    this.#placeOf = new Int32Array(chosen.length);
    this.#taken = new Uint32Array(mentors);
    this.#loss = new Int32Array(mentors);
    this.#viaEdge = new Int32Array(mentors);
    this.#viaRequest = new Int32Array(mentors);
    this.#passed = new Uint8Array(mentors);
  }

  /** Finds the request its place, if it is worth one. */
  insert(request: number): void {
    const most = this.#mostLeft(request);
    if (most <= 0) return;
    this.#loss.fill(far);
    this.#passed.fill(0);
    // It may stay without a mentor: then all that it could have is lost.
    this.#endLoss = most;
    this.#endMentor = none;
    this.#follow(request, most);
    for (let loss = this.#nearest(); loss < this.#endLoss; loss = this.#nearest()) {
      while (this.#endLoss > loss) {
        const mentor = this.#near.pop();
        if (mentor === undefined) break;
        this.#pass(mentor, loss);
      }
    }
    this.#raisePrices();
    if (this.#endMentor !== none) this.#shift(request);
  }

  /** The most that is left of the request's scores after the price; at most 0 where it wants nothing. */
  #mostLeft(request: number): number {
    const { first, mentor, score } = this.#edges;
    const { prices } = this;
    const end = first[request + 1] ?? 0;
    let most = 0;
    for (let edge = first[request] ?? 0; edge < end; edge += 1) {
      most = Math.max(most, (score[edge] ?? 0) - (prices[mentor[edge] ?? 0] ?? 0));
    }
    return most;
  }

  /** Follows all edges of a request that has lost so much when it has no mentor. */
  #follow(request: number, lost: number): void {
    const { first, mentor, score } = this.#edges;
    const { prices } = this;
    const losses = this.#loss;
    const end = first[request + 1] ?? 0;
    for (let edge = first[request] ?? 0; edge < end; edge += 1) {
      const to = mentor[edge] ?? 0;
      const loss = lost - (score[edge] ?? 0) + (prices[to] ?? 0);
      if (loss < (losses[to] ?? 0) && loss < this.#endLoss) this.#reach(to, loss, request, edge);
    }
  }

  #reach(mentor: number, loss: number, request: number, edge: number): void {
    this.#loss[mentor] = loss;
    this.#viaRequest[mentor] = request;
    this.#viaEdge[mentor] = edge;
    const places = (this.#begin[mentor + 1] ?? 0) - (this.#begin[mentor] ?? 0);
    if (this.#taken[mentor] === places) return;
    this.#endLoss = loss;
    this.#endMentor = mentor;
    this.#givesWay = none;
  }

  /** Takes all the nearest mentors to whom a way leads for the next to pass, and says with what loss. */
  #nearest(): number {
    const losses = this.#loss;
    this.#near.length = 0;
    let least = this.#endLoss;
    for (let mentor = 0; mentor < losses.length; mentor += 1) {
      const loss = losses[mentor] ?? 0;
      if (loss > least || this.#passed[mentor] === 1) continue;
      if (loss < least) this.#near.length = 0;
      least = loss;
      this.#near.push(mentor);
    }
    return least;
  }

  /** Lets each request of a full mentor give way: it stays without one, or goes to another. */
  #pass(mentor: number, lost: number): void {
    this.#passed[mentor] = 1;
    const begin = this.#begin[mentor] ?? 0;
    const end = begin + (this.#taken[mentor] ?? 0);
    for (let place = begin; place < end; place += 1) {
      const request = this.#held[place] ?? 0;
      const score = this.#edges.score[this.#chosen[request] ?? 0] ?? 0;
      const without = lost + score - (this.prices[mentor] ?? 0);
      if (without < this.#endLoss) {
        this.#endLoss = without;
        this.#endMentor = mentor;
        this.#givesWay = request;
      }
      this.#follow(request, without);
    }
  }

  /** Takes from every mentor nearer than the path's end what makes them as dear as it. */
  #raisePrices(): void {
    const { prices } = this;
    for (let mentor = 0; mentor < prices.length; mentor += 1) {
      const gap = this.#endLoss - (this.#loss[mentor] ?? 0);
      if (gap > 0) prices[mentor] = (prices[mentor] ?? 0) + gap;
    }
  }

  /** Moves every request of the path one step on, from its end back to the one that is new. */
  #shift(request: number): void {
    let mentor = this.#endMentor;
    let place = this.#endPlace(mentor);
    for (;;) {
      const moved = this.#viaRequest[mentor] ?? 0;
      const edgeLeft = this.#chosen[moved] ?? 0;
      const placeLeft = this.#placeOf[moved] ?? 0;
      this.#held[place] = moved;
      this.#placeOf[moved] = place;
      this.#chosen[moved] = this.#viaEdge[mentor] ?? 0;
      if (moved === request) return;
      place = placeLeft;
      mentor = this.#edges.mentor[edgeLeft] ?? 0;
    }
  }

  /** The place that the path ends at: the mentor's next free one, or that of the request that gives way. */
  #endPlace(mentor: number): number {
    if (this.#givesWay !== none) {
      this.#chosen[this.#givesWay] = none;
      return this.#placeOf[this.#givesWay] ?? 0;
    }
    const taken = this.#taken[mentor] ?? 0;
    this.#taken[mentor] = taken + 1;
    return (this.#begin[mentor] ?? 0) + taken;
  }
}
