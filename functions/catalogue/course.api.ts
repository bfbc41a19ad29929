import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { StaffId } from '../identity/contract.ts';
import { memberStore } from '../identity/member.store.ts';
import type { StaffCaller } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { readCsv } from '../runtime/csv.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { Forbidden, NotFound, Ruled, Unreadable } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { auditEntry } from '../runtime/trail.ts';
import type { catalogue } from './contract.ts';
import { Bookmark, type CourseView } from './course.contract.ts';
import { readCourses } from './course.rules.ts';
import { importStore } from './import.store.ts';
import { environment, readerOf } from './learner.api.ts';
import {
  collect,
  courseView,
  inOrder,
  isNarrow,
  resume,
  rowsFor,
  type ShelfRow,
  type Sought,
} from './search.rules.ts';
import { catalogueStore } from './store.ts';

type Routes = typeof catalogue.routes;

const store = catalogueStore(environment.CATALOGUE_TABLE);
const imports = importStore(environment.CATALOGUE_TABLE);
const staff = memberStore(environment.IDENTITY_TABLE, region);

const pageLength = 20;

/** Rows that are read at once: a row fills a page, unless most of what is in it is not looked for. */
const rowsAtOnce = { plain: 2, narrow: 20 };

/** Times that rows are read for one page: 4,000 courses for 240 read units; then the page is as full as it is. */
const readsForOnePage = 4;

export async function listCourses({ caller, query }: Call<Routes['listCourses']>) {
  const reader = await readerOf(caller.sub, query.learnerId);
  const stage = query.stage ?? reader.stage;
  const wish = { stage, category: query.category, providerId: query.providerId };
  const rows = rowsFor(region, await store.listShelves(), wish, dayIn(region, now()));
  const start = resume(rows, decodeCursor(query.cursor, Bookmark));
  if (start === undefined) throw listIsGone();
  const page = await readPage(rows, start, query, (row, course) =>
    courseView(region, reader.language, row.providerId, course),
  );
  return { body: { stage, ...page } };
}

type View = (row: ShelfRow, course: Parameters<typeof courseView>[3]) => CourseView;

/** Reads on until a page is full, the rows end, or it has read enough for one request. */
async function readPage(
  rows: readonly ShelfRow[],
  start: { readonly row: number; readonly at: number },
  sought: Sought,
  view: View,
) {
  const step = isNarrow(sought) ? rowsAtOnce.narrow : rowsAtOnce.plain;
  const courses: CourseView[] = [];
  let next: { readonly row: number; readonly at: number } | undefined = start;
  for (let read = 0; read < readsForOnePage && next.row < rows.length; read += 1) {
    const { row, at }: { readonly row: number; readonly at: number } = next;
    const batch = rows.slice(row, row + step);
    const contents = await store.readRows(batch);
    const found = collect(contents, at, pageLength - courses.length, sought);
    for (const [position, course] of found.courses) {
      const of = batch[position];
      if (of !== undefined) courses.push(view(of, course));
    }
    next = found.stopped
      ? { row: row + found.stopped.row, at: found.stopped.at }
      : { row: row + batch.length, at: 0 };
    if (found.stopped) break;
  }
  const { row, at } = next;
  const mark = rows[row];
  if (mark === undefined) return { courses };
  const { stage, ...place } = mark;
  return { courses, cursor: encodeCursor({ ...place, at }) };
}

function listIsGone(): Unreadable {
  return new Unreadable(400, 'malformed', 'The list that the cursor is of is gone. Begin anew.', [
    { field: 'query.cursor', expected: 'no cursor: the first page' },
  ]);
}

export async function replaceCourses({ caller, params, text }: Call<Routes['replaceCourses']>) {
  const staffId = await mustServeRegion(caller);
  const { providerId } = params;
  const provider = region.providers.find(({ id }) => id === providerId);
  if (provider === undefined) {
    const known = region.providers.map(({ id }) => id).join(', ');
    const detail = `There is no such provider. There are: ${known}.`;
    throw new NotFound({ code: 'no-such-provider', detail });
  }
  const read = readCourses(region, provider.offers, readCsv(text));
  if (read.kind === 'refused') {
    const detail = `${read.faults.length} things in the list are not as expected; "errors" names each with its line and column. Nothing was changed.`;
    throw new Ruled({ code: 'courses-refused', detail, faults: read.faults });
  }
  const moment = now();
  const recorded = (version: string) =>
    auditEntry(environment.AUDIT_TABLE, {
      at: timestamp(moment),
      actor: { kind: 'staff', staffId },
      action: 'courses-replaced',
      subjects: [providerId, version],
      details: [`${read.courses.length}`],
    });
  await imports.replace(providerId, inOrder(region, read.courses), moment, recorded);
  return { body: { providerId, courses: read.courses.length } };
}

/** @throws {Forbidden} `whole-region-only`: learners of all areas choose from the list */
async function mustServeRegion(caller: StaffCaller): Promise<StaffId> {
  const { staffId, scope } = await staff.memberOf(caller);
  if (scope.kind === 'region') return staffId;
  throw new Forbidden({
    code: 'whole-region-only',
    detail: 'Lists of courses belong to staff of the whole region. Ask one of them.',
  });
}
