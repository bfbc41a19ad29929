import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { endOfPage, type List, queryOf } from './list.store.ts';
import { mentorshipStore, partitionOf, type SeenMentorship } from './mentorship.store.ts';
import { Report, type ReportId, type ReportState } from './report.contract.ts';
import { mentorshipKey } from './rows.store.ts';

const ReportRow = Report.extend({
  pk: z.string(),
  sk: z.literal('REPORT'),
  version: z.int().min(1),
  list: z.string(),
  listedAt: z.string(),
});

/** A report as it was read. */
export interface SeenReport {
  readonly report: Report;
  readonly version: number;
}

/** Most that DynamoDB reads in a batch. */
const mostAtOnce = 100;

/** Reads and writes of safeguarding reports; `table` is the mentoring table's name. */
export function reportStore(table: string) {
  const mentorships = mentorshipStore(table);

  /** A report. Capacity: 1 read unit for 4 KB. */
  async function read(reportId: ReportId): Promise<SeenReport | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: reportKey(reportId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toReport(Item);
  }

  /** The write of a new report. Capacity: 6 write units, and 6 in the index. */
  const create = (report: Report): TransactItem => putNew(table, toRow({ report, version: 1 }));

  /** The write of a changed report; fails where it has changed since it was read. Capacity: as `create`. */
  function change({ report, version }: SeenReport): TransactItem {
    return {
      Put: {
        TableName: table,
        Item: toRow({ report, version: version + 1 }),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': version },
      },
    };
  }

  /**
   * Reports in a state that somebody may see, the oldest first. A page is as full, and has a cursor, as if the others were
   * not there: by neither can the accused tell that they are (edge case 35). Capacity: half a read unit for 4 KB of all
   * that are passed. The index lags by moments: whoever decides reads the row (edge case 40).
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list
   */
  async function listVisible(
    state: ReportState,
    isSeen: (report: Report) => boolean,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ) {
    const seen: Record<string, unknown>[] = [];
    let after: Record<string, unknown> | undefined = decodeCursor(
      cursor,
      endOfPage(reportsIn(state)),
    );
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          ...queryOf(table, reportsIn(state)),
          Limit: mostAtOnce,
          ExclusiveStartKey: after,
        }),
      );
      seen.push(...Items.filter((item) => isSeen(toReport(item).report)));
      after = LastEvaluatedKey;
    } while (after !== undefined && seen.length <= limit);
    const page = seen.slice(0, limit);
    const last = seen.length > limit ? page.at(-1) : undefined;
    const end = last && endOfPage(reportsIn(state)).parse(pick(last));
    return { reports: page.map((item) => toReport(item).report), cursor: encodeCursor(end) };
  }

  /**
   * All mentorships that someone has and are not over. Capacity: 1 read unit for each that they have or had, in a request
   * for 100.
   *
   * @throws {Busy} the table is throttled: none is left out silently
   */
  async function ongoingOf(who: LearnerId | MentorId): Promise<readonly SeenMentorship[]> {
    const found: SeenMentorship[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': partitionOf(who), ':prefix': 'MENTORSHIP#' },
          ConsistentRead: true,
          Limit: mostAtOnce,
          ExclusiveStartKey: after,
        }),
      );
      found.push(...(await mentorships.readAll(Items)));
      after = LastEvaluatedKey;
    } while (after !== undefined);
    return found.filter(({ mentorship }) => mentorship.state !== 'ended');
  }

  /** The check that a mentorship is still as it was read. Capacity: 2 write units. */
  function isStill({ mentorship, version }: SeenMentorship): TransactItem {
    return {
      ConditionCheck: {
        TableName: table,
        Key: mentorshipKey(mentorship.mentorshipId),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': version },
      },
    };
  }

  return { read, create, change, listVisible, ongoingOf, isStill };
}

/** A report, from the table or its index. */
export function toReport(item: Record<string, unknown>): SeenReport {
  const { pk, sk, version, list, listedAt, ...report } = ReportRow.parse(item);
  return { report, version };
}

function toRow({ report, version }: SeenReport) {
  const { reportId, state, createdAt } = report;
  const listed = { list: reportsIn(state).name, listedAt: createdAt };
  return { ...reportKey(reportId), ...report, version, ...listed } satisfies z.input<
    typeof ReportRow
  >;
}

const reportKey = (reportId: ReportId) => ({ pk: `REPORT#${reportId}`, sk: 'REPORT' as const });
export const reportsIn = (state: ReportState): List => ({
  name: `REPORTS#${state}`,
  pk: 'REPORT#',
  sk: ReportRow.shape.sk,
});

const pick = ({ pk, sk, list, listedAt }: Record<string, unknown>) => ({ pk, sk, list, listedAt });
