/** Does some work as soon as there is room for it. */
export type Slots = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Room for so many at once; whoever is more waits, in the order in which they came. */
export function slotsFor(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Handed over, so that nobody who has just come is quicker.
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
