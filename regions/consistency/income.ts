import type { Finding } from '../fault.ts';
import type { Sections } from '../sections.ts';

/** Income bands divide all incomes: each ends above the one before it, and the last has no end. */
export function incomeBands({ incomeBands: bands = [] }: Sections): Finding[] {
  return bands.flatMap(({ upTo }, i): Finding[] => {
    const path = ['incomeBands', i, 'upTo'];
    const before = bands[i - 1]?.upTo;
    if (i === bands.length - 1) {
      if (upTo === undefined) return [];
      const problem = 'closes the last band, higher incomes would be in none';
      return [{ path, problem, remedy: 'remove it, or add a band after this one' }];
    }
    if (upTo === undefined) {
      const remedy = 'add the percent of the median that it goes up to, only the last band is open';
      return [{ path, problem: 'is missing', remedy }];
    }
    if (before === undefined || upTo > before) return [];
    const problem = `is not above that of the band before it (${before})`;
    return [{ path, problem, remedy: 'write a higher one, or order the bands, the lowest first' }];
  });
}
