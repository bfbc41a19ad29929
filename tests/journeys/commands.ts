import fc from 'fast-check';

/** Those who live in the town, by their place in `people`. */
const who = fc.nat(4);
/** Most wish for the same, of which there is little. */
const place = fc.constantFrom('reading', 'reading', 'subject', 'language', 'language-2');
const provider = fc.constantFrom('well', 'well', 'forge', 'mill');

const jobNames = ['consent', 'due', 'places', 'rebalance'] as const;

type Of<Made> = Made extends fc.Arbitrary<infer Value> ? Value : never;

const kind = <Kind extends string>(name: Kind) => fc.constant(name);

/** What somebody does, an officer decides, or a guardian says; `again`: sent twice, as after a lost answer. */
const deeds = {
  /** All the way to an approval, or to a place, as far as it goes. */
  arrives: fc.record({ kind: kind('arrives'), who, again: fc.boolean(), chooses: fc.boolean() }),
  writes: fc.record({
    kind: kind('writes'),
    who,
    area: fc.constantFrom('river', 'hill'),
    renamed: fc.boolean(),
  }),
  asks: fc.record({ kind: kind('asks'), both: fc.boolean() }),
  answers: fc.record({ kind: kind('answers'), second: fc.boolean(), grants: fc.boolean() }),
  takesBack: fc.record({ kind: kind('takesBack') }),
  resolves: fc.record({ kind: kind('resolves'), grants: fc.boolean() }),
  ownWord: fc.record({ kind: kind('ownWord'), who, grants: fc.boolean() }),
  parentsWord: fc.record({ kind: kind('parentsWord'), grants: fc.boolean() }),
  applies: fc.record({ kind: kind('applies'), who, again: fc.boolean() }),
  decides: fc.record({
    kind: kind('decides'),
    who,
    officer: fc.nat(1),
    approves: fc.boolean(),
    again: fc.boolean(),
  }),
  appeals: fc.record({ kind: kind('appeals'), who }),
  takesOffer: fc.record({ kind: kind('takesOffer'), who }),
  declines: fc.record({ kind: kind('declines'), who }),
  withdraws: fc.record({ kind: kind('withdraws'), who, again: fc.boolean() }),
  chooses: fc.record({ kind: kind('chooses'), who, place, provider, again: fc.boolean() }),
  switches: fc.record({ kind: kind('switches'), who, place, provider, again: fc.boolean() }),
  givesBack: fc.record({ kind: kind('givesBack'), who, place }),
  waits: fc.record({ kind: kind('waits'), who, place, provider }),
  stopsWaiting: fc.record({ kind: kind('stopsWaiting'), who, place }),
};

const often = (
  weight: number,
  arbitrary: fc.Arbitrary<Of<(typeof deeds)[keyof typeof deeds]>>,
) => ({
  weight,
  arbitrary,
});
const deed = fc.oneof(
  often(4, deeds.arrives),
  often(4, deeds.withdraws),
  often(4, deeds.takesOffer),
  often(4, deeds.chooses),
  often(3, deeds.givesBack),
  often(3, deeds.waits),
  often(3, deeds.writes),
  often(2, deeds.switches),
  often(2, deeds.ownWord),
  often(2, deeds.parentsWord),
  often(2, deeds.answers),
  often(2, deeds.takesBack),
  deeds.asks,
  deeds.resolves,
  deeds.applies,
  deeds.decides,
  deeds.appeals,
  deeds.declines,
  deeds.stopsWaiting,
);
export type Deed = Of<typeof deed>;

/** What nobody does: time, streams, jobs, the provider's answer, a crash. */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: kind('bringsAll'), follower: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('brings'),
      follower: fc.nat(3),
      row: fc.nat(5),
      most: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('bringsAgain'),
      follower: fc.nat(3),
      row: fc.nat(5),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kind('job'), name: fc.constantFrom(...jobNames) }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('settles') }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: kind('later'), days: fc.constantFrom(1, 8, 8, 15, 120, 300) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('provides') }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('crash'), after: fc.nat(2) }) },
);
export type Event = Of<typeof event>;

export interface Together {
  readonly kind: 'together';
  readonly deeds: readonly Deed[];
  /** Whether the last to write goes first. */
  readonly backwards: boolean;
}

/** What one learner may want at once. */
const wishes = [
  { kind: 'chooses', place: 'reading', provider: 'well', again: false },
  { kind: 'chooses', place: 'subject', provider: 'forge', again: false },
  { kind: 'chooses', place: 'subject', provider: 'mill', again: false },
  { kind: 'waits', place: 'language', provider: 'well' },
  { kind: 'withdraws', again: false },
] as const;

/** What may be done with one case at once. */
const turns = [
  { kind: 'takesOffer' },
  { kind: 'declines' },
  { kind: 'withdraws', again: false },
  { kind: 'decides', officer: 0, approves: true, again: false },
  { kind: 'decides', officer: 0, approves: false, again: false },
  { kind: 'writes', area: 'hill', renamed: true },
  { kind: 'applies', again: false },
  { kind: 'applies', again: true },
] as const;

type Wish = (typeof wishes)[number] | (typeof turns)[number];

/** Everybody wants the same; one learner wants several things of one row; or whatever it is. */
const together: fc.Arbitrary<Together> = fc.record({
  kind: kind('together'),
  deeds: fc.oneof(
    fc
      .oneof(deeds.arrives, deeds.chooses, deeds.waits, deeds.applies, deeds.decides)
      .map((wish): Deed[] => [0, 1, 2, 3, 4].map((one) => ({ ...wish, who: one }))),
    fc
      .tuple(
        who,
        fc.oneof(
          fc.shuffledSubarray<Wish>([...wishes], { minLength: 2, maxLength: 3 }),
          fc.shuffledSubarray<Wish>([...turns], { minLength: 2, maxLength: 3 }),
        ),
      )
      .map(([one, several]): Deed[] => several.map((wish) => ({ ...wish, who: one }))),
    fc.array(deed, { minLength: 2, maxLength: 3 }),
  ),
  backwards: fc.boolean(),
});

export type Command = Deed | Event | Together;

export interface Order {
  /** Who arrives first, one after the other or all at once. */
  readonly first: readonly number[];
  readonly atOnce: boolean;
  /** Whether they choose a place. */
  readonly choosing: boolean;
  readonly next: readonly Command[];
}

/** Orders of commands, of so many at most. */
export const orders = (maxLength: number): fc.Arbitrary<Order> =>
  fc.record({
    atOnce: fc.boolean(),
    choosing: fc.boolean(),
    first: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2, maxLength: 4 }),
    next: fc.array<Command>(
      fc.oneof(
        { weight: 10, arbitrary: deed },
        { weight: 8, arbitrary: event },
        { weight: 4, arbitrary: together },
      ),
      { minLength: Math.floor(maxLength / 2), maxLength, size: 'max' },
    ),
  });
