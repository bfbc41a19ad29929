import type { Temporal } from 'temporal-polyfill';
import { contractRuns } from '../../regions/calendar.ts';
import {
  type Category,
  categories,
  type Language,
  type ProviderId,
  type Region,
  type Stage,
} from '../../regions/schema.ts';
import type { Bookmark, Course, CourseQuery, CourseView } from './course.contract.ts';

/** Courses of one stage and category in a provider's list: a run of rows. */
export interface Shelf {
  readonly providerId: ProviderId;
  /** Of the provider's list. */
  readonly version: string;
  readonly stage: Stage;
  readonly category: Category;
  readonly rows: number;
}

/** One row of a shelf, counted from 0. */
export type ShelfRow = Pick<Shelf, 'providerId' | 'version' | 'stage' | 'category'> & {
  readonly row: number;
};

export type Wish = Pick<CourseQuery, 'category' | 'providerId'> & { readonly stage: Stage };

/**
 * The rows that may hold what someone looks for, in the order in which pages show them: by category, then by
 * provider as the region file has them. Providers whose contract does not run, and offers that the region file
 * no longer has, are left out.
 */
export function rowsFor(
  region: Region,
  shelves: readonly Shelf[],
  wish: Wish,
  day: Temporal.PlainDate,
): ShelfRow[] {
  const running = region.providers.filter((provider) => contractRuns(provider, day));
  return categories.flatMap((category) =>
    running.flatMap(({ id, offers }) => {
      const offered = offers.some(
        (offer) => offer.stage === wish.stage && offer.category === category,
      );
      const wanted = (wish.category ?? category) === category && (wish.providerId ?? id) === id;
      const shelf = shelves.find(
        (one) => one.providerId === id && one.stage === wish.stage && one.category === category,
      );
      if (!offered || !wanted || shelf === undefined) return [];
      const { rows, ...place } = shelf;
      return Array.from({ length: rows }, (_, row) => ({ ...place, row }));
    }),
  );
}

/**
 * Where a page begins among the rows: a list that was replaced since the page before is begun anew, so that nothing
 * of it is missed. Undefined where there is no such list any more.
 */
export function resume(
  rows: readonly ShelfRow[],
  mark: Bookmark | undefined,
): { readonly row: number; readonly at: number } | undefined {
  if (mark === undefined) return { row: 0, at: 0 };
  const ofList = ({ providerId, category }: ShelfRow) =>
    providerId === mark.providerId && category === mark.category;
  const same = rows.findIndex(
    (one) => ofList(one) && one.version === mark.version && one.row === mark.row,
  );
  if (same >= 0) return { row: same, at: mark.at };
  const anew = rows.findIndex(ofList);
  return anew < 0 ? undefined : { row: anew, at: 0 };
}

export type Sought = Pick<CourseQuery, 'subject' | 'format' | 'q'>;

/** Whether most rows may hold nothing of it, so that many have to be read for a page. */
export function isNarrow({ subject, format, q }: Sought): boolean {
  return subject !== undefined || format !== undefined || wordsOf(q).length > 0;
}

/**
 * The courses of rows that are what someone looks for, each with the position of its row, up to a page's room.
 *
 * @param at - courses of the first row that are left out
 * @returns `stopped`: where the next page begins; undefined when all rows were looked through
 */
export function collect(
  rows: readonly (readonly Course[])[],
  at: number,
  room: number,
  sought: Sought,
): {
  readonly courses: readonly (readonly [row: number, course: Course])[];
  readonly stopped: { readonly row: number; readonly at: number } | undefined;
} {
  const words = wordsOf(sought.q);
  const courses: [row: number, course: Course][] = [];
  for (const [row, content] of rows.entries()) {
    for (const [position, course] of content.entries()) {
      if ((row === 0 && position < at) || !fits(course, sought, words)) continue;
      if (courses.length === room) return { courses, stopped: { row, at: position } };
      courses.push([row, course]);
    }
  }
  return { courses, stopped: undefined };
}

function fits(course: Course, { subject, format }: Sought, words: readonly string[]): boolean {
  if ((subject ?? course.subject) !== course.subject) return false;
  if ((format ?? course.format) !== course.format) return false;
  if (words.length === 0) return true;
  const titles = Object.values(course.title).map(folded);
  return words.every((word) => titles.some((title) => title.includes(word)));
}

function wordsOf(q: string | undefined): string[] {
  return folded(q ?? '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Spellings that look the same are the same (edge case 6), in capitals or not. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** A course in the reader's language. */
export function courseView(
  region: Pick<Region, 'languages'>,
  language: Language,
  providerId: ProviderId,
  { title, ...course }: Course,
): CourseView {
  const shown = title[language] ?? region.languages.map((one) => title[one]).find(Boolean);
  return { ...course, title: shown ?? course.code, providerId };
}

/** A list in the order in which it is shown: by title in the region's first language, then by code. */
export function inOrder(region: Pick<Region, 'languages'>, courses: readonly Course[]): Course[] {
  const [first = 'ko'] = region.languages;
  const key = ({ title, code }: Course) => `${folded(title[first] ?? '')}\n${code}`;
  return courses.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
