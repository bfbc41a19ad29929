import { budgets } from './budgets.ts';
import { exponentOf } from './growth.ts';
import type { Counted, Day } from './opening/day.ts';
import { haveDay, withFunction } from './opening/day-process.ts';
import { type Report, tell } from './report.ts';

/** What can be asked for on the command line. */
export interface Opening {
  readonly learners: number;
  readonly lots: number;
  readonly seed: number;
  /** How long a transaction holds its items: at AWS, some 10 to 20 milliseconds. */
  readonly holdMs: number;
}

export const usual: Opening = { learners: 110_000, lots: 64, seed: 1, holdMs: 15 };

/** Seats that the product counts in one lot (ADR 5). */
const seatsOfLot = 1_000;
/** How long they come, and how many times as many as on average in the first quarter of it. */
const hour = { seconds: 3_600, peak: 3 } as const;
/** Smaller towns: with as many learners to a lot, so that each lot has as much to bear. */
const shares = [1, 4, 16] as const;
/** In the rush only, all with the same arrivals. */
const rush = { lots: [1, 16, 64], shareOfLearners: 20 } as const;
const warmUp = 500;

interface Had {
  readonly name: string;
  readonly day: Day;
  readonly counted: Counted;
}

/**
 * Opening days: of three sizes in an hour whose first quarter is the rush, and of several numbers of lots in the rush
 * alone, beside one counter that everybody writes.
 */
export async function opening(wishes: Opening = usual): Promise<Report> {
  const learners = Math.round(wishes.learners / rush.shareOfLearners);
  const rate = (hour.peak * wishes.learners) / hour.seconds;
  const inRush = { learners, seconds: learners / rate, peak: 1 };
  const sizes = shares.map((share) => {
    const lots = Math.max(1, Math.round(wishes.lots / share));
    const some = Math.round(wishes.learners / share);
    return () => have(`${whole(some)}, ${named(lots)}`, lots, { ...hour, learners: some }, wishes);
  });
  const rushes = rush.lots.map((lots) => () => have(named(lots), lots, inRush, wishes));
  const control = () => haveControl(wishes.lots, inRush, wishes);
  const had = await twoAtATime([...sizes, ...rushes, control]);
  return reportOf(had.slice(0, sizes.length), had.slice(sizes.length), wishes);
}

/** The first is the longest; its time is its own, so that the others go by meanwhile. Results come in the order of the work. */
async function twoAtATime(days: readonly (() => Promise<Had>)[]): Promise<Had[]> {
  const had: Had[] = [];
  const left = [...days.entries()];
  const go = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, day] = next;
      had[index] = await day();
    }
  };
  await Promise.all([go(), go()]);
  return had;
}

type Arrivals = Pick<Day, 'learners' | 'seconds' | 'peak'>;

function have(name: string, lots: number, arrivals: Arrivals, { seed, holdMs }: Opening) {
  tell(`opening: ${name} …`);
  const seats = lots * seatsOfLot;
  const day = { ...arrivals, seats, seed, holdMs, warmUp };
  return withFunction(
    seats,
    async (directory): Promise<Had> => ({
      name,
      day,
      counted: await haveDay(day, directory),
    }),
  );
}

async function haveControl(
  lots: number,
  arrivals: Arrivals,
  { seed, holdMs }: Opening,
): Promise<Had> {
  tell('opening: one counter, the control …');
  const day = { ...arrivals, seats: lots * seatsOfLot, seed, holdMs, warmUp: 0 };
  return { name: 'one counter, no lots', day, counted: await haveDay(day) };
}

function reportOf(sizes: readonly Had[], rushes: readonly Had[], wishes: Opening): Report {
  const largest = sizes[0]?.counted;
  if (largest === undefined) throw new RangeError('no opening day was had');
  const exponent = exponentOf(sizes.map(({ day, counted }) => [day.learners, counted.cpuMs]));
  const wrong = (
    of: keyof Counted & ('oversold' | 'stranded' | 'misled' | 'withheld' | 'failed'),
    among: readonly Had[],
  ) => among.reduce((sum, { counted }) => sum + counted[of], 0);
  // What is right stays so however few the lots are. One lot, and the control, may tire of trying again.
  const ladders = [...sizes, ...rushes.slice(0, -1)];
  const enoughLots = [...sizes, ...rushes.slice(1, -1)];
  const control = rushes.at(-1)?.counted.failed ?? 0;
  return {
    rows: [
      headed('learners, lots'),
      ...sizes.map(rowOf).reverse(),
      ['grows with the power of', ...blank(columns.length - 1), exponent.toFixed(2)],
      ['', ...blank(columns.length)],
      headed(`${whole(rushes[0]?.day.learners ?? 0)} in the rush`),
      ...rushes.map(rowOf),
    ],
    data: { wishes, hour, sizes, rushes, exponent },
    targets: [
      { what: 'learners who failed', atMost: 0, measured: wrong('failed', enoughLots) },
      { what: 'seats oversold', atMost: 0, measured: wrong('oversold', ladders) },
      { what: 'seats or learners stranded', atMost: 0, measured: wrong('stranded', ladders) },
      {
        what: 'learners told otherwise than is written',
        atMost: 0,
        measured: wrong('misled', ladders),
      },
      {
        what: 'seats free though somebody was refused',
        atMost: 0,
        measured: wrong('withheld', ladders),
      },
      { what: 'attempts each', atMost: budgets.opening.attempts, measured: attemptsOf(largest) },
      {
        what: 'conflicts in 100 attempts',
        atMost: 100 * budgets.opening.conflicts,
        measured: 100 * conflictsOf(largest),
      },
      { what: 'controls that do not fail', atMost: 0, measured: control > 0 ? 0 : 1 },
    ],
  };
}

const columns = [
  'placed',
  'none left',
  'failed',
  'oversold',
  'stranded',
  'attempts',
  'conflicts',
  'ms half',
  'ms 99 %',
  'CPU µs',
] as const;

const headed = (first: string) => [first, ...columns];
const blank = (cells: number) => Array.from({ length: cells }, () => '');

function rowOf({ name, day, counted }: Had): string[] {
  const { placed, full, failed, oversold, stranded, answeredMs, cpuMs } = counted;
  return [
    name,
    ...[placed, full, failed, oversold, stranded].map(whole),
    attemptsOf(counted).toFixed(2),
    `${(100 * conflictsOf(counted)).toFixed(1)} %`,
    ...[answeredMs.half, answeredMs.most].map((ms) => whole(Math.round(ms))),
    whole(Math.round((1_000 * cpuMs) / day.learners)),
  ];
}

const written = ({ requests }: Counted) => requests['TransactWriteItems'] ?? 0;

/** Transactions for each that was kept. */
export const attemptsOf = (counted: Counted) => written(counted) / counted.placed;

/** The share of transactions that another's has cancelled. */
export const conflictsOf = (counted: Counted) => counted.conflicts / written(counted);

const named = (lots: number) => (lots === 1 ? '1 lot' : `${lots} lots`);
const whole = (number: number) => number.toLocaleString('en');
