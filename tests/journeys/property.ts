import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { captureLog } from '../runtime/log-lines.ts';
import { type Order, orders } from './commands.ts';
import { live } from './model.ts';
import { openTown, type Town } from './town.ts';

/** Of two places in the quota one goes back, of one seat another; a consent is taken back; years pass. */
const known: Order = {
  first: [2, 3, 0, 4],
  atOnce: false,
  choosing: true,
  next: [
    { kind: 'settles' },
    { kind: 'withdraws', who: 2, again: true },
    { kind: 'settles' },
    {
      kind: 'together',
      backwards: true,
      deeds: [
        { kind: 'takesOffer', who: 0 },
        { kind: 'chooses', who: 3, place: 'reading', provider: 'well', again: false },
        { kind: 'chooses', who: 3, place: 'subject', provider: 'forge', again: false },
      ],
    },
    { kind: 'arrives', who: 0, again: true, chooses: true },
    { kind: 'provides' },
    { kind: 'takesBack' },
    { kind: 'bringsAll', follower: 0 },
    { kind: 'crash', after: 1 },
    { kind: 'settles' },
    { kind: 'writes', who: 3, area: 'hill', renamed: false },
    { kind: 'settles' },
    { kind: 'takesOffer', who: 4 },
    { kind: 'arrives', who: 4, again: true, chooses: false },
    { kind: 'later', days: 300 },
    { kind: 'bringsAgain', follower: 2, row: 1, count: 3 },
    { kind: 'later', days: 120 },
  ],
};

/** Edge case 23: a move that the stream brings after the learner has applied anew where they live now. */
const lateMove: Order = {
  first: [2],
  atOnce: false,
  choosing: false,
  next: [
    { kind: 'writes', who: 2, area: 'hill', renamed: false },
    { kind: 'withdraws', who: 2, again: false },
    { kind: 'arrives', who: 2, again: false, chooses: false },
    { kind: 'brings', follower: 0, row: 0, most: 1 },
  ],
};

/** Edge case 23: a withdrawal that is brought again when the guardian has long consented again. */
const lateWithdrawal: Order = {
  first: [1],
  atOnce: false,
  choosing: false,
  next: [
    { kind: 'parentsWord', grants: false },
    { kind: 'bringsAll', follower: 0 },
    { kind: 'parentsWord', grants: true },
    { kind: 'arrives', who: 1, again: false, chooses: false },
    { kind: 'bringsAgain', follower: 0, row: 0, count: 1 },
  ],
};

/** Whoever has another name chooses while an officer has still to look, and waits; then once the approval holds again. */
const doubted: Order = {
  first: [2, 3],
  atOnce: false,
  choosing: false,
  next: [
    { kind: 'chooses', who: 3, place: 'reading', provider: 'well', again: false },
    { kind: 'waits', who: 2, place: 'reading', provider: 'well' },
    { kind: 'writes', who: 2, area: 'river', renamed: true },
    { kind: 'bringsAll', follower: 0 },
    { kind: 'bringsAll', follower: 2 },
    { kind: 'chooses', who: 2, place: 'subject', provider: 'mill', again: false },
    { kind: 'givesBack', who: 3, place: 'reading' },
    { kind: 'settles' },
    { kind: 'decides', who: 2, officer: 0, approves: true, again: false },
    { kind: 'settles' },
    { kind: 'chooses', who: 2, place: 'reading', provider: 'well', again: false },
  ],
};

/** Row 10: two places of a category, and one provider for both. */
const twice: Order = {
  first: [2],
  atOnce: false,
  choosing: false,
  next: [
    { kind: 'chooses', who: 2, place: 'language', provider: 'mill', again: false },
    { kind: 'chooses', who: 2, place: 'language-2', provider: 'mill', again: false },
    { kind: 'switches', who: 2, place: 'language', provider: 'forge', again: false },
    { kind: 'chooses', who: 2, place: 'language-2', provider: 'forge', again: false },
  ],
};

/** Edge case 13: an offer that is declined and taken in the same moment, each by what was there before the other. */
const twoAnswers: Order = {
  first: [2, 3, 4],
  atOnce: false,
  choosing: false,
  next: [
    { kind: 'withdraws', who: 2, again: false },
    { kind: 'settles' },
    {
      kind: 'together',
      backwards: false,
      deeds: [
        { kind: 'declines', who: 4 },
        { kind: 'takesOffer', who: 4 },
      ],
    },
  ],
};

const examples: [Order][] = [
  [known],
  [lateMove],
  [lateWithdrawal],
  [doubted],
  [twice],
  [twoAnswers],
];

/**
 * The property over identity, eligibility and enrolment together. A failure names its seed and path; give them to
 * `fc.assert` beside the number of runs to see it again.
 *
 * @param runs - orders that are lived beside the known ones
 * @param longest - commands of an order at most
 */
export function describeJourneys(runs: number, longest: number, timeout: number): void {
  captureLog();
  let town: Town;
  beforeAll(async () => {
    town = await openTown();
  });
  afterAll(() => town.close());

  describe('given a child, a guardian’s ward, a teenager, a youth and an adult, and few places and seats', () => {
    it(
      'no order of commands, retries, crashes and clock steps takes more than there are, two places in one, a place without approval, or a child’s data without consent',
      async () => {
        await fc.assert(
          fc.asyncProperty(orders(longest), (order) => live(town, order)),
          {
            numRuns: examples.length + runs,
            examples,
            interruptAfterTimeLimit: timeout,
            markInterruptAsFailure: false,
          },
        );
      },
      2 * timeout,
    );
  });
}
