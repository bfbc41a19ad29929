import type { Person } from './people.ts';

/**
 * The people that every registry knows from the start, for demonstrations. All are made up. A person is
 * found by name and day of birth together; `world/README.md` shows the same table, and a test compares.
 */
export const samplePeople: readonly Person[] = [
  person('한가온', '2009-03-14', 'near-poverty', 'low-income'),
  person('윤새벽', '2012-11-02', 'basic-livelihood', 'low-income', 'single-parent'),
  // Of a household whose income is not on record.
  person('도라온', '2015-02-28', undefined, 'low-income'),
  // Twins: two people.
  person('남하늘', '2010-07-07', 'near-poverty', 'low-income'),
  person('남바다', '2010-07-07', 'near-poverty', 'low-income'),
  // One syllable, and a leap day.
  person('솔', '2008-02-29', 'basic-livelihood', 'low-income'),
  person('Nguyễn Thị Hạ Vy', '2011-05-21', 'near-poverty', 'multicultural', 'low-income'),
  person('서누리', '1988-09-30', undefined, 'resident'),
  // Known, and in no group.
  person('마한결', '2009-12-01', 'above-median'),
  // In the group by a household that earns more since.
  person('고다온', '2011-10-10', 'below-median', 'low-income'),
];

function person(
  name: string,
  birthDate: string,
  incomeBand: string | undefined,
  ...groups: string[]
): Person {
  return { name, birthDate, groups, ...(incomeBand === undefined ? {} : { incomeBand }) };
}
