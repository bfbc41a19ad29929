import type { Offer, Region } from '../../regions/schema.ts';
import { Course } from './course.contract.ts';

/** A table as it was sent: rows of cells, each with the line it came from. */
export interface Sheet {
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
  readonly brokenFrom?: number;
}

/** Something in a table that is not as it should be. */
export interface SheetFault {
  /** Such as `line 3: category`. */
  readonly field: string;
  readonly expected: string;
}

export type ReadCourses =
  | { readonly kind: 'read'; readonly courses: readonly Course[] }
  | { readonly kind: 'refused'; readonly faults: readonly SheetFault[] };

/** Courses that one provider's list may have. */
const mostCourses = 5_000;

/** Faults that are told at once; a table with more has one mistake many times. */
const mostFaults = 1_000;

/**
 * Reads a provider's list of courses, and tells everything that is wrong with it at once (domain.md row 11).
 *
 * @param offers - the pairs of stage and category that the provider has content for
 */
export function readCourses(
  { languages }: Pick<Region, 'languages'>,
  offers: readonly Offer[],
  { rows: [first, ...rows], brokenFrom }: Sheet,
): ReadCourses {
  const columns = columnsOf(languages);
  const header = first?.cells ?? [];
  const faults = [...headerFaults(columns, header), ...sheetFaults(rows.length, brokenFrom)];
  const codes = new Map<string, number>();
  const courses = rows.slice(0, mostCourses).flatMap(({ line, cells }) => {
    const read = readRow(columns, header, cells);
    const found = [...read.faults, ...offerFaults(offers, read), ...codeFaults(codes, read, line)];
    faults.push(...found.map(({ field, expected }) => at(line, field, expected)));
    return found.length === 0 && read.course !== undefined ? [read.course] : [];
  });
  if (faults.length === 0) return { kind: 'read', courses };
  if (faults.length <= mostFaults) return { kind: 'refused', faults };
  const more = {
    field: 'body',
    expected: `${faults.length - mostFaults} more are not as expected`,
  };
  return { kind: 'refused', faults: [...faults.slice(0, mostFaults), more] };
}

/** What each column is, by its name in the first line; all but `hours` have to be there. */
type Columns = ReadonlyMap<string, Column>;

interface Column {
  readonly expected: string;
  readonly optional?: true;
}

function columnsOf(languages: Region['languages']): Columns {
  const { stage, category, subject, format } = Course.shape;
  const oneOf = (words: readonly string[]): Column => ({ expected: `one of ${words.join(', ')}` });
  return new Map<string, Column>([
    ['code', { expected: '1 to 40 letters, digits, ".", "_" or "-", the first a letter or digit' }],
    ...languages.map(
      (language) => [`title_${language}`, { expected: 'a title of 1 to 200 letters' }] as const,
    ),
    ['stage', oneOf(stage.options)],
    ['category', oneOf(category.options)],
    ['subject', oneOf(subject.options)],
    ['format', oneOf(format.options)],
    [
      'hours',
      { expected: 'hours from 0.1 to 2000, such as 12 or 1.5, or nothing', optional: true },
    ],
  ]);
}

function headerFaults(columns: Columns, header: readonly string[]): SheetFault[] {
  const names = [...columns.keys()].join(', ');
  if (header.length === 0) return [at(1, 'columns', `the names of the columns: ${names}`)];
  const missing = [...columns].filter(
    ([name, { optional }]) => !optional && !header.includes(name),
  );
  return [
    ...missing.map(([name]) => at(1, name, 'a column of this name')),
    ...header.flatMap((name, position) => {
      if (!columns.has(name)) return [at(1, name, `no such column: write one of ${names}`)];
      return header.indexOf(name) < position ? [at(1, name, 'this column only once')] : [];
    }),
  ];
}

function sheetFaults(rows: number, brokenFrom: number | undefined): SheetFault[] {
  const many = { field: 'body', expected: `at most ${mostCourses} courses, not ${rows}` };
  return [
    ...(rows > mostCourses ? [many] : []),
    ...(brokenFrom === undefined ? [] : [at(brokenFrom, 'row', 'a quote that is closed')]),
  ];
}

interface ReadRow {
  readonly code: string | undefined;
  /** Undefined where it cannot be read. */
  readonly course: Course | undefined;
  /** What is wrong with its cells, by column. */
  readonly faults: readonly SheetFault[];
}

function readRow(columns: Columns, header: readonly string[], cells: readonly string[]): ReadRow {
  const given = new Map(header.map((name, position) => [name, cells[position] ?? '']));
  const parsed = Course.safeParse(courseOf(given));
  const wrong = new Set(parsed.error?.issues.map(({ path }) => path.join('_')));
  for (const [name, text] of given)
    if (name.startsWith('title_') && [...text].length > 200) wrong.add(name);
  const faults = [...columns].flatMap(([field, { expected }]) =>
    given.has(field) && wrong.has(field) ? [{ field, expected }] : [],
  );
  if (cells.length > header.length)
    faults.push({ field: 'row', expected: `${header.length} cells, not ${cells.length}` });
  return { code: given.get('code'), course: parsed.data, faults };
}

/** A row's cells in the shape of a course; what a cell should have been is for the schema to say. */
function courseOf(given: ReadonlyMap<string, string>): object {
  const entries = [...given].filter(([name]) => !name.startsWith('title_') && name !== 'hours');
  const titles = [...given].flatMap(([name, text]) =>
    name.startsWith('title_') ? [[name.slice('title_'.length), text.normalize('NFC')]] : [],
  );
  const hours = given.get('hours') ?? '';
  return {
    ...Object.fromEntries(entries),
    title: Object.fromEntries(titles),
    ...(hours === '' ? {} : { hours: hoursOf(hours) }),
  };
}

/** A number as a spreadsheet writes it; anything else is none. */
function hoursOf(text: string): number {
  const hours = /^\d{1,4}(\.\d)?$/.test(text) ? Number(text) : Number.NaN;
  return hours <= 2000 ? hours : Number.NaN;
}

function offerFaults(offers: readonly Offer[], { course }: ReadRow): SheetFault[] {
  if (course === undefined) return [];
  const fits = offers.some(
    ({ stage, category }) => stage === course.stage && category === course.category,
  );
  const pairs = offers.map(({ stage, category }) => `${stage} ${category}`).join(', ');
  const expected = `a stage and category that the provider offers: ${pairs}`;
  return fits ? [] : [{ field: 'category', expected }];
}

/** Codes that came before; notes this one. */
function codeFaults(codes: Map<string, number>, { code, faults }: ReadRow, line: number) {
  if (code === undefined || faults.some(({ field }) => field === 'code')) return [];
  const before = codes.get(code);
  if (before === undefined) codes.set(code, line);
  if (before === undefined) return [];
  return [{ field: 'code', expected: `a code of its own, line ${before} has this one` }];
}

function at(line: number, column: string, expected: string): SheetFault {
  return { field: `line ${line}: ${column}`, expected };
}
