import fc from 'fast-check';
import { Chance } from '../../bench/chance.ts';
import { type Assignment, assign } from '../../functions/mentoring/assignment.rules.ts';
import { type Edges, none } from '../../functions/mentoring/edges.rules.ts';

/** An assignment to be made: who may have whom at what score, and for how many there is room. */
export interface Task {
  readonly edges: Edges;
  readonly capacities: readonly number[];
}

/** Edges as rows: a request each, with the score of each of its mentors. */
export function edgesFrom(
  rows: readonly (readonly (readonly [mentor: number, score: number])[])[],
): Edges {
  const first = new Uint32Array(rows.length + 1);
  for (const [request, row] of rows.entries())
    first[request + 1] = (first[request] ?? 0) + row.length;
  const all = rows.flat();
  return {
    first,
    mentor: Uint16Array.from(all, ([mentor]) => mentor),
    score: Uint16Array.from(all, ([, score]) => score),
  };
}

/** A task by chance: each pair is an edge with a probability, and worth from 1 to the most. */
export function taskOf(
  seed: number,
  size: {
    readonly mentors: number;
    readonly requests: number;
    readonly density: number;
    readonly most: number;
    readonly room: number;
  },
): Task {
  const chance = new Chance(seed);
  const rows = Array.from({ length: size.requests }, () =>
    Array.from({ length: size.mentors }, (_, mentor) => mentor)
      .filter(() => chance.happens(size.density))
      .map((mentor) => [mentor, chance.between(1, size.most)] as const),
  );
  return {
    edges: edgesFrom(rows),
    capacities: Array.from({ length: size.mentors }, () => chance.between(0, size.room)),
  };
}

/** How many requests each mentor is given. */
export function givenTo({ edges, capacities }: Task, chosen: Int32Array): number[] {
  const given = capacities.map(() => 0);
  for (const edge of chosen) {
    if (edge === none) continue;
    const mentor = edges.mentor[edge] ?? 0;
    given[mentor] = (given[mentor] ?? 0) + 1;
  }
  return given;
}

/** The edges of each request. */
export function rowsOf({ first }: Edges): number[][] {
  return Array.from({ length: first.length - 1 }, (_, request) => {
    const begin = first[request] ?? 0;
    return Array.from({ length: (first[request + 1] ?? 0) - begin }, (_none, step) => begin + step);
  });
}

/** Edges as people write them: a text for each request, such as "0:9 1:8" for mentor 0 at 9 points and mentor 1 at 8. */
export function written(...requests: readonly string[]): Edges {
  const pair = (text: string) => {
    const [mentor = '', score = ''] = text.split(':');
    return [Number(mentor), Number(score)] as const;
  };
  return edgesFrom(requests.map((text) => text.split(' ').filter(Boolean).map(pair)));
}

/** An assignment of a task, with pairs that are fixed. */
export function solve({ edges, capacities }: Task, locked: readonly number[] = []): Assignment {
  return assign(edges, capacities, locked);
}

/** The mentor of each request, by index; undefined without one. */
export function mentorsOf({ edges }: Task, { chosen }: Assignment): (number | undefined)[] {
  return [...chosen].map((edge) => (edge === none ? undefined : edges.mentor[edge]));
}

/** The highest total there can be, by the prices: what places cost, and what requests have left after the price. */
export function bound({ edges, capacities }: Task, prices: Int32Array): number {
  const places = capacities.reduce((sum, room, mentor) => sum + room * (prices[mentor] ?? 0), 0);
  const left = (edge: number) => (edges.score[edge] ?? 0) - (prices[edges.mentor[edge] ?? 0] ?? 0);
  return rowsOf(edges).reduce((sum, row) => sum + Math.max(0, ...row.map(left)), places);
}

/** Any task; few different scores make many ties. */
export const someTask = fc
  .record({
    seed: fc.nat(),
    mentors: fc.integer({ min: 1, max: 12 }),
    requests: fc.integer({ min: 0, max: 40 }),
    density: fc.constantFrom(0.1, 0.4, 1),
    most: fc.constantFrom(1, 3, 20, 60_000),
    room: fc.constantFrom(1, 3, 6),
  })
  .map(({ seed, ...size }) => taskOf(seed, size));
