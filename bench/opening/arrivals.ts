import type { Chance } from '../chance.ts';

export interface Rush {
  readonly learners: number;
  /** How long they come. */
  readonly seconds: number;
  /** How many times as many as on average come in the first quarter of it: 1 is evenly, 4 is all. */
  readonly peak: number;
}

/**
 * When learners come, in milliseconds from the beginning, in order: each by chance and without regard to the others, so
 * that some come together.
 */
export function arrivalsOf({ learners, seconds, peak }: Rush, chance: Chance): Float64Array {
  const inRush = peak / 4;
  const momentOf = (drawn: number) =>
    drawn < inRush ? drawn / peak : 0.25 + (0.75 * (drawn - inRush)) / (1 - inRush);
  return Float64Array.from(
    { length: learners },
    () => 1_000 * seconds * momentOf(chance.next()),
  ).sort();
}
