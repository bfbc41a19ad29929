/**
 * Does something with each of many, at most so many at a time, and ends with the first that fails.
 *
 * @param most - how many are under way at a time
 */
export async function abreast<T>(
  most: number,
  all: Iterable<T> | AsyncIterable<T>,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const under = new Set<Promise<void>>();
  // Kept, because one may fail while the next of an asynchronous list is waited for, when nobody looks at it.
  const failures: unknown[] = [];
  for await (const one of all) {
    const begun: Promise<void> = work(one)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => under.delete(begun));
    under.add(begun);
    if (under.size >= most) await Promise.race(under);
    if (failures.length > 0) break;
  }
  await Promise.all(under);
  if (failures.length > 0) throw failures[0];
}
