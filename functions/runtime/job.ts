/** What Lambda tells a function of its time. */
export interface RemainingTime {
  getRemainingTimeInMillis(): number;
}

/** Milliseconds before a job's end after which it begins no further page: what it is at takes seconds at worst. */
const reserve = 20_000;

/**
 * Whether a job may begin more; what it leaves is due at its next run.
 *
 * @param kept - milliseconds that it needs afterwards
 */
export function isTime(clock: RemainingTime, kept = reserve): boolean {
  return clock.getRemainingTimeInMillis() > kept;
}

/**
 * Does it for each, so many side by side, and sums up what it counts. Work that fails ends the whole: whoever wants
 * the others done counts failures instead.
 */
export async function sideBySide<Item>(
  items: Iterable<Item>,
  abreast: number,
  work: (item: Item) => Promise<number>,
): Promise<number> {
  const rest = [...items].values();
  let sum = 0;
  const worker = async () => {
    for (const item of rest) {
      const count = await work(item);
      sum += count;
    }
  };
  await Promise.all(Array.from({ length: abreast }, worker));
  return sum;
}
