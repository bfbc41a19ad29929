import * as z from 'zod';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { Chance } from '../chance.ts';
import { quantile } from '../report.ts';
import { arrivalsOf } from './arrivals.ts';
import { type Store, type Traffic, withConflicts } from './conflict-model.ts';
import { type Books, type Ending, type Reckoned, reckon } from './reckoning.ts';
import { connectTo } from './simulated-network.ts';
import { SimulatedTime } from './simulated-time.ts';

/** An opening day to be had. */
export const Day = z.strictObject({
  learners: z.int(),
  /** How long they come, and how many times as many as on average in the first quarter of it. */
  seconds: z.number(),
  peak: z.number(),
  /** Seats that all want. */
  seats: z.int(),
  /** How long a transaction holds its items. */
  holdMs: z.number(),
  seed: z.int(),
  /** Learners who come before, to other seats, so that everything is compiled. */
  warmUp: z.int(),
});
export type Day = z.infer<typeof Day>;

/** When the doors open: nine in the morning, in Seoul. */
export const opening = '2026-03-02T00:00:00.000Z';

/** Who comes: the login, and the learner that it is. */
export interface Comer {
  readonly sub: string;
  readonly learnerId: LearnerId;
}

/** Who has the seats, and gives them. */
export interface Desk {
  /** Makes what there has to be before the doors open. */
  prepare(
    day: Day,
  ): Promise<{ readonly comers: readonly Comer[]; readonly early: readonly Comer[] }>;
  choose(comer: Comer): Promise<Ending>;
  /** What is written at the end. */
  readBooks(day: Day): Promise<Omit<Books, 'endings'>>;
}

/** What was counted of a day. */
export interface Counted extends Reckoned, Omit<Traffic, 'requests'> {
  readonly placed: number;
  readonly full: number;
  readonly failed: number;
  readonly requests: Readonly<Record<string, number>>;
  /** Of the simulated time, until a learner was answered: half of them, and 99 in 100. */
  readonly answeredMs: { readonly half: number; readonly most: number };
  /** Of the processor, the store's part included. */
  readonly cpuMs: number;
  /** What went by within the store. */
  readonly storeMs: number;
}

/** One way between a function and the store. */
const travelMs = { least: 1, most: 3 } as const;

/**
 * Has an opening day in simulated time, between a store and a desk that serves learners by the SDK only.
 *
 * @param deskAt - makes the desk; it may prepare the store, and read it at the end, without anybody in between
 */
export async function runDay(
  store: Store,
  deskAt: (store: Store) => Desk,
  day: Day,
): Promise<Counted> {
  const chance = new Chance(day.seed);
  Math.random = () => chance.next();
  const time = new SimulatedTime(Date.parse(opening));
  time.install();
  const watch = new Watch(store, time);
  let front = withConflicts(watch.store, { holdMs: 0, wait: (ms) => time.wait(ms) });
  const travel = () => time.wait(travelMs.least + (travelMs.most - travelMs.least) * chance.next());
  connectTo((operation, input) => front.store(operation, input), travel);
  const desk = deskAt(watch.store);
  const { comers, early } = await time.until(desk.prepare(day));
  front = withConflicts(watch.store, { holdMs: day.holdMs, wait: (ms) => time.wait(ms) });
  await time.until(serveAll(time, desk, early, { ...day, learners: early.length }));

  front = withConflicts(watch.store, { holdMs: day.holdMs, wait: (ms) => time.wait(ms) });
  watch.ms = 0;
  const before = process.cpuUsage();
  const served = await time.until(serveAll(time, desk, comers, day));
  const { user, system } = process.cpuUsage(before);
  const { requests, ...traffic } = front.traffic;
  const asked = Object.fromEntries(requests);
  const storeMs = watch.ms;
  const books = await time.until(desk.readBooks(day));
  return {
    ...reckon({ ...books, endings: served.endings }),
    ...count(served.endings),
    ...traffic,
    requests: asked,
    answeredMs: { half: quantile(served.waits, 0.5), most: quantile(served.waits, 0.99) },
    cpuMs: (user + system) / 1_000,
    storeMs,
  };
}

/** Counts the time that goes by in a store, while the simulated stands still. */
class Watch {
  ms = 0;
  readonly store: Store;

  constructor(store: Store, time: SimulatedTime) {
    this.store = (operation, input) =>
      time.outside(async () => {
        const begun = performance.now();
        const reply = await store(operation, input);
        this.ms += performance.now() - begun;
        return reply;
      });
  }
}

async function serveAll(time: SimulatedTime, desk: Desk, comers: readonly Comer[], day: Day) {
  const endings = new Map<LearnerId, Ending>();
  const waits: number[] = [];
  const serve = async (comer: Comer) => {
    const came = time.now;
    endings.set(comer.learnerId, await desk.choose(comer));
    waits.push(time.now - came);
  };
  const begun = time.now;
  const serving: Promise<void>[] = [];
  // Their own chance, so that they come alike whatever others have drawn before.
  for (const [index, at] of arrivalsOf(day, new Chance(day.seed)).entries()) {
    await time.reach(begun + at);
    const comer = comers[index];
    if (comer !== undefined) serving.push(serve(comer));
  }
  await Promise.all(serving);
  return { endings, waits };
}

function count(endings: ReadonlyMap<LearnerId, Ending>) {
  const counted = { placed: 0, full: 0, failed: 0 };
  for (const ending of endings.values()) counted[ending] += 1;
  return counted;
}
