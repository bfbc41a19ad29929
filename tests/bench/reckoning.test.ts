import { describe, expect, it } from 'vitest';
import { type Ending, reckon } from '../../bench/opening/reckoning.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';

const [kim, lee, park] = Array.from({ length: 3 }, () => newId(LearnerId, 'lrn'));
if (kim === undefined || lee === undefined || park === undefined) throw new RangeError();

type Case = [
  what: string,
  used: number[],
  lotOf: [LearnerId, number][],
  endings: [LearnerId, Ending][],
  wrong: object,
];

const right = { oversold: 0, stranded: 0, misled: 0, withheld: 0 };

/** Two lots of one seat each. */
const capacities = [1, 1];

describe('the books of an opening day', () => {
  it.each<Case>([
    [
      'agree',
      [1, 1],
      [
        [kim, 0],
        [lee, 1],
      ],
      [
        [kim, 'placed'],
        [lee, 'placed'],
        [park, 'full'],
      ],
      {},
    ],
    [
      'oversold by a counter',
      [2],
      [
        [kim, 0],
        [lee, 0],
      ],
      [],
      { oversold: 1 },
    ],
    [
      'oversold by rows',
      [1],
      [
        [kim, 0],
        [lee, 0],
      ],
      [],
      { oversold: 1, stranded: 1 },
    ],
    ['a seat gone and no learner', [1, 1], [[kim, 0]], [[kim, 'placed']], { stranded: 1 }],
    [
      'a learner and no lot gave a seat',
      [1],
      [
        [kim, 0],
        [lee, 1],
      ],
      [],
      { stranded: 1 },
    ],
    ['a learner with a seat of no lot', [0, 0], [[kim, -1]], [], { stranded: 1 }],
    ['a place promised that is not written', [0, 0], [], [[kim, 'placed']], { misled: 1 }],
    [
      'told that none is left, with a place',
      [1, 1],
      [
        [kim, 0],
        [lee, 1],
      ],
      [[kim, 'full']],
      { misled: 1 },
    ],
    [
      'refused, and a seat is free',
      [1],
      [[kim, 0]],
      [
        [kim, 'placed'],
        [lee, 'full'],
      ],
      { withheld: 1 },
    ],
    [
      'failed either way',
      [1],
      [[kim, 0]],
      [
        [kim, 'failed'],
        [lee, 'failed'],
      ],
      {},
    ],
  ])('%s', (_what, used, lotOf, endings, wrong) => {
    const books = { capacities, used, lotOf: new Map(lotOf), endings: new Map(endings) };
    expect(reckon(books)).toEqual({ ...right, ...wrong });
  });
});
