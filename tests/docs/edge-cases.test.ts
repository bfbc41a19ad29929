import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * The numbered edge cases of who may join, what they may choose, what becomes of their accounts, whom they meet and how they
 * leave, each in a few words.
 */
const edgeCases = [
  [1, 'one guardian consents, another refuses'],
  [2, 'consent withdrawn mid-course'],
  [3, 'under the consent age'],
  [4, 'growing up'],
  [5, 'twins, and one child registered twice'],
  [6, 'names'],
  [7, 'resident registration numbers'],
  [8, 'codes, and sign-ups that are abandoned'],
  [9, 'the rule changes between submission and decision'],
  [10, 'a document expires'],
  [11, 'a new case, and an appeal'],
  [12, '600 approvals for 500 places'],
  [13, 'two promotions, a late acceptance, a quota that is cut'],
  [14, 'moving to another area'],
  [15, 'the last second of an intake'],
  [16, 'two choices in one category'],
  [17, 'switching while the old account is being made'],
  [18, 'a name that is taken'],
  [19, 'a 201 that was lost'],
  [20, 'too many requests, and an outage longer than queues keep messages'],
  [21, 'reactivation makes no second account'],
  [22, 'deleting what is gone'],
  [23, 'duplicate and reordered messages'],
  [24, 'one bad message of ten'],
  [25, 'a provider leaves'],
  [26, 'a voucher pool runs dry'],
  [27, 'the 17th session'],
  [28, 'the mentor leaves after nine'],
  [29, 'no-shows, technical failures and cancellations'],
  [30, 'two reschedule at once'],
  [31, 'four o’clock stays four o’clock'],
  [32, 'as many learners as a mentor takes'],
  [33, 'never oneself, nor one’s household'],
  [34, 'a background check expires'],
  [35, 'a safeguarding report'],
  [36, 'an account is deleted'],
  [37, 'a restored backup'],
  [39, 'signatures, nonces and clocks'],
] as const;

/** Of `npm test`. */
const files = globSync('tests/**/*.test.ts').filter((file) => !/^tests\/(docs|soak)\//.test(file));

/** The numbers that a test, or a group of tests, has in its name: "edge case 7", "edge cases 12 and 13". */
function namedIn(source: string): number[] {
  const names = [...source.matchAll(/(['"`])((?:(?!\1)[^\n\\]|\\.)*)\1/g)].map(
    ([, , name]) => name,
  );
  return names
    .flatMap((name = '') => [...name.matchAll(/edge cases? (\d+(?:(?:, | and |–)\d+)*)/gi)])
    .flatMap(([, numbers = '']) => numbers.match(/\d+/g) ?? [])
    .map(Number);
}

describe('the edge cases of eligibility, consent, places, accounts and mentoring', () => {
  const named = new Set(files.flatMap((file) => namedIn(readFileSync(file, 'utf8'))));

  it.each(edgeCases)('%i, %s: a test names its number', (number) => {
    expect([...named].sort((one, other) => one - other)).toContain(number);
  });

  it('each is listed once, in order', () => {
    const numbers = edgeCases.map(([number]) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
  });

  it('a comment names no test, and numbers are told apart', () => {
    expect(namedIn("// edge case 1\nit('edge case 16: one wins')")).toEqual([16]);
    expect(namedIn('describe(`edge cases 12 and 13: full`)')).toEqual([12, 13]);
  });
});
