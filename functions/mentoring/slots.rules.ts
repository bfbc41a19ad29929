import type { Temporal } from 'temporal-polyfill';
import { type WeeklyTime, type WeeklyTimes, weekdays } from './words.contract.ts';

/** The quarter hours of a week: the grid on which sessions begin. */
export const quartersOfWeek = 672;
const quartersOfDay = 96;
const bitsOfWord = 32;
/** A week's quarter hours in words of 32 bits. */
export const wordsOfWeek = quartersOfWeek / bitsOfWord;

/**
 * A set of the week's quarter hours on the region's clock, a bit each: the first is Monday 00:00. The week is a
 * circle: behind Sunday 23:45 is Monday 00:00. Made by this file only, always of `wordsOfWeek` words.
 */
export type Slots = Uint32Array;

/** In which zone times are meant, and in which zone and week they are asked for. */
export interface Clocks {
  /** The IANA name of the zone of whoever stated the times. */
  readonly from: string;
  /** The IANA name of the region's. */
  readonly to: string;
  /** A day of the week (Monday to Sunday) whose offsets hold: between zones they change with the season. */
  readonly day: Temporal.PlainDate;
}

/**
 * The quarter hours on the region's clock in which someone is free. Between two zones an hour that a clock skips in
 * that week is nobody's, and of one that it shows twice both count (edge case 31).
 */
export function slotsOf(times: WeeklyTimes, clocks: Clocks): Slots {
  const slots = new Uint32Array(wordsOfWeek);
  const moved = clocks.from === clocks.to ? undefined : moving(clocks);
  for (const time of times) {
    for (const quarter of quartersIn(time)) {
      for (const there of moved?.(quarter) ?? [quarter]) add(slots, there);
    }
  }
  return slots;
}

/** The quarter hours at which a session of so many quarter hours can begin, to be wholly within the slots. */
export function startsOf(slots: Slots, quarters: number): Slots {
  const starts = slots.slice();
  for (let later = 1; later < quarters; later += 1) {
    for (let word = 0; word < wordsOfWeek; word += 1) {
      starts[word] = (starts[word] ?? 0) & bitsFrom(slots, word * bitsOfWord + later);
    }
  }
  return starts;
}

/** The starts that both have. */
export function sharedStarts(a: Slots, b: Slots): Slots {
  return a.map((bits, word) => bits & (b[word] ?? 0));
}

/** How many quarter hours are in the set. */
export function countOf(slots: Slots): number {
  return slots.reduce((sum, bits) => sum + bitCount(bits), 0);
}

/** The quarter hours of the set in their order, counted from Monday 00:00. */
export function listOf(slots: Slots): number[] {
  return Array.from({ length: quartersOfWeek }, (_, quarter) => quarter).filter((quarter) =>
    has(slots, quarter),
  );
}

/**
 * How many sessions fit into a week side by side: as many as fit into each stretch without a gap, from its beginning.
 *
 * @param starts - where a session of that length can begin (`startsOf`)
 * @param quarters - the length of a session in quarter hours
 */
export function sessionsThatFit(starts: Slots, quarters: number): number {
  const gap = Array.from({ length: quartersOfWeek }).findIndex((_, at) => !has(starts, at));
  if (gap < 0) return Math.floor(quartersOfWeek / quarters);
  let sessions = 0;
  // Begun behind a gap, since a stretch may go on past the week's end.
  for (let step = 1; step < quartersOfWeek; ) {
    const fits = has(starts, (gap + step) % quartersOfWeek);
    if (fits) sessions += 1;
    step += fits ? quarters : 1;
  }
  return sessions;
}

/** How many bits of a word are set (H. S. Warren, Hacker's Delight, 5-1). */
export function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

function has(slots: Slots, quarter: number): boolean {
  return (((slots[quarter >>> 5] ?? 0) >>> (quarter & 31)) & 1) === 1;
}

function add(slots: Slots, quarter: number): void {
  slots[quarter >>> 5] = (slots[quarter >>> 5] ?? 0) | (1 << (quarter & 31));
}

/** The 32 bits from a quarter hour on, past the week's end too. */
function bitsFrom(slots: Slots, quarter: number): number {
  const word = Math.floor(quarter / bitsOfWord) % wordsOfWeek;
  const shift = quarter % bitsOfWord;
  const low = (slots[word] ?? 0) >>> shift;
  if (shift === 0) return low;
  return low | ((slots[(word + 1) % wordsOfWeek] ?? 0) << (bitsOfWord - shift));
}

function quartersIn({ day, from, until }: WeeklyTime): number[] {
  const begin = weekdays.indexOf(day) * quartersOfDay + quarterOfDay(from);
  const length = quarterOfDay(until) - quarterOfDay(from);
  return Array.from({ length }, (_, index) => begin + index);
}

/** Of a time that the schema has checked, such as "16:30". */
function quarterOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 4 + Number(time.slice(3)) / 15;
}

/** Which quarter hours on the region's clock one on someone's own is: none, one or two. */
function moving({ from, to, day }: Clocks): (quarter: number) => number[] {
  const monday = day.subtract({ days: day.dayOfWeek - 1 }).toPlainDateTime();
  return (quarter) => {
    const local = monday.add({ minutes: quarter * 15 });
    const moments = (['earlier', 'later'] as const)
      .map((disambiguation) => local.toZonedDateTime(from, { disambiguation }))
      .filter((moment) => moment.toPlainDateTime().equals(local))
      .map((moment) => quarterAt(moment.withTimeZone(to)));
    return [...new Set(moments)];
  };
}

/** No zone that is in use is off by less than a quarter hour, so none is cut. */
function quarterAt({ dayOfWeek, hour, minute }: Temporal.ZonedDateTime): number {
  return (dayOfWeek - 1) * quartersOfDay + hour * 4 + Math.floor(minute / 15);
}
