import { kindTraits, type Pressure, type Provider } from '../../regions/schema.ts';

/** Receptions of an account's message that may fail; then it is given up to the provider's dead-letter queue. */
export const longestAttempts = 12;

/**
 * Milliseconds by which a request may reach its provider later than it was allowed to, and another sooner: a timer that is
 * late, a connection that is new. Left between two windows, it keeps them apart wherever one looks.
 */
export const allowance = { late: 50, underWay: 150 } as const;

/** Seconds for which a provider is left in peace at most, before it is asked whether it is back. */
export const longestRest = 1_800;

/** Milliseconds for which a worker waits for its turn; whoever would wait longer comes back. */
export const longestWait = 10_000;

/** Requests that a provider gets at once where it says nothing of that. */
const usualConcurrency = 20;

/** Functions that work off a provider's queue side by side: Lambda allows no fewer, and one provider takes no more of them. */
const workers = { fewest: 2, most: 10 } as const;

/** Messages that a function gets at once: of a FIFO queue no more. */
const largestBatch = 10;

/** Of their requests so many are under way at once: the others' rows are read and written meanwhile. */
const usualSlots = 2;

/** Milliseconds from the first turn to the last of all messages that are worked on, where two functions are enough for that. */
const usualWait = 2_000;

/** Messages for each request at once, so that a batch is done in half of a function's time, however slow the answers are. */
const longestRow = 5;

/** How many requests a provider takes in how many seconds. */
export type Rate = Readonly<Record<'requests' | 'seconds', number>>;

/** The rate that a provider keeps to; undefined: only so many at once matter, and nobody takes turns. */
export function rateOf({ requests, seconds }: Pressure): Rate | undefined {
  return requests === undefined || seconds === undefined ? undefined : { requests, seconds };
}

/**
 * Milliseconds from one request to the next. Turns this far apart hold in each window of the provider's, not only in those
 * that begin with a turn: of n + 1 turns the last is n such spaces after the first, which is the window and the allowance.
 */
export function spaceBetween({ requests, seconds }: Rate): number {
  return Math.ceil((seconds * 1_000 + allowance.late + allowance.underWay) / requests);
}

/** How a provider's queue is worked off. */
export interface Crew {
  /** Functions side by side. */
  readonly workers: number;
  /** Messages that one of them gets at once. */
  readonly batch: number;
  /** Requests that one of them has under way at once. */
  readonly slots: number;
}

/**
 * How a provider's queue is worked off: by more messages than it takes requests, so that it does not wait while rows are read
 * and written, nor for the last of a batch. All requests together are no more than it takes at once; all messages no more than
 * get their turns while one waits for them, but for a provider so slow that not even one each does: then some come back later.
 */
export function crewOf(pressure: Pressure = {}): Crew {
  const { concurrency = usualConcurrency } = pressure;
  const rate = rateOf(pressure);
  const space = rate === undefined ? 0 : spaceBetween(rate);
  const useful = Math.min(concurrency / usualSlots, usualWait / space / largestBatch);
  const count = within(workers.fewest, useful, workers.most);
  const slots = within(1, concurrency / count, concurrency);
  const batch = within(1, Math.min(slots * longestRow, longestWait / space / count), largestBatch);
  return { workers: count, batch, slots };
}

/** As `crewOf`; where nobody is asked over a network, as few as there may be are quick enough. */
export function crewAt({ kind, pressure }: Pick<Provider, 'kind' | 'pressure'>): Crew {
  const { fewest } = workers;
  return kindTraits[kind].pressed
    ? crewOf(pressure)
    : { workers: fewest, batch: largestBatch, slots: usualSlots };
}

function within(least: number, value: number, most: number): number {
  return Math.min(Math.max(Math.floor(value), least), most);
}
