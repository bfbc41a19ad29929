import { createHash } from 'node:crypto';
import { DeleteCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents, put, type TransactItem } from '../runtime/dynamodb.ts';
import { sideBySide } from '../runtime/job.ts';
import { accountsAreIndexed } from './contract.ts';
import { Listed, type ReconciliationId, Run } from './reconciliation.contract.ts';

const runsKey = 'RECONCILIATIONS';
const RunRow = Run.extend({ pk: z.literal(runsKey), sk: ProviderId });
const PageRow = z.object({ accounts: z.array(Listed) });
const OrphanRow = z.object({ sk: z.string(), remoteIds: z.array(z.string()) });
/** Rows of orphans that are read for one page of them. */
const orphanRows = 4;
/** Of what is forgotten so much goes side by side. */
const abreast = 5;

/** Accounts in one row of a list: some 10 KB; ids as long as a provider's imagination allows fit as well. */
const inOneRow = 100;

/** Reconciliations: how far each is, what providers listed, and orphans; `table` is the provisioning table's name. */
export function reconciliationStore(table: string) {
  const keyOf = (run: Pick<Run, 'reconciliationId'>) => `RECONCILIATION#${run.reconciliationId}`;

  /** The run of each provider that ever had one. Capacity: 1 read unit for some ten providers, strongly consistent. */
  async function list(): Promise<readonly Run[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': runsKey },
        ConsistentRead: true,
      }),
    );
    return Items.map(toRun);
  }

  /** Capacity: 1 read unit. */
  async function read(providerId: ProviderId): Promise<Run | undefined> {
    const Key = { pk: runsKey, sk: providerId };
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    return Item && toRun(Item);
  }

  /** The write that keeps a run which was decided on the row with its version. Capacity: 2 write units. */
  function keeping(run: Run): TransactItem {
    return { Put: keepInput(run) };
  }

  /** Keeps a run that was decided on the row with its version; undefined where another was. Capacity: 1 write unit. */
  async function keep(run: Run): Promise<Run | undefined> {
    const written = await put(keepInput(run));
    return written.done ? { ...run, version: run.version + 1 } : undefined;
  }

  function keepInput(run: Run) {
    const { version } = run;
    return {
      TableName: table,
      Item: { pk: runsKey, sk: run.providerId, ...run, version: version + 1 },
      ...(version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :seen',
            ExpressionAttributeValues: { ':seen': version },
          }),
    };
  }

  /**
   * Keeps a page of a provider's list; the same page again takes its place. Capacity: 10 write units for 100 accounts.
   *
   * @param from - the cursor that it was read with
   * @param expiresAt - seconds since the epoch
   */
  async function keepPage(
    run: Run,
    from: string,
    accounts: readonly Listed[],
    expiresAt: number,
  ): Promise<void> {
    for (let at = 0; at < accounts.length; at += inOneRow) {
      const Item = {
        pk: keyOf(run),
        sk: `PAGE#${hashed(from)}#${String(at).padStart(6, '0')}`,
        accounts: accounts.slice(at, at + inOneRow),
        expiresAt,
      };
      await put({ TableName: table, Item });
    }
  }

  /** All that a provider listed, in pages. Capacity: half a read unit for 4 KB, some 40 accounts. */
  async function* listed(run: Run): AsyncGenerator<readonly Listed[]> {
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :page)',
          ExpressionAttributeValues: { ':pk': keyOf(run), ':page': 'PAGE#' },
          ConsistentRead: true,
          ExclusiveStartKey,
        }),
      );
      yield Items.flatMap((item) => PageRow.parse(item).accounts);
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }

  /**
   * Keeps a page of orphans; the same page again takes its place. Capacity: 4 write units for 100 of them.
   *
   * @param at - which page it is
   * @param expiresAt - seconds since the epoch
   */
  async function keepOrphans(
    run: Pick<Run, 'reconciliationId'>,
    at: string,
    remoteIds: readonly string[],
    expiresAt: number,
  ): Promise<void> {
    for (let from = 0; from < remoteIds.length; from += inOneRow) {
      const Item = {
        pk: keyOf(run),
        sk: `ORPHAN#${at}#${String(from).padStart(6, '0')}`,
        remoteIds: remoteIds.slice(from, from + inOneRow),
        expiresAt,
      };
      await put({ TableName: table, Item });
    }
  }

  /** Forgets the orphans of a run. Capacity: half a read unit and 4 write units for 100 of them. */
  async function forgetOrphans(reconciliationId: ReconciliationId): Promise<void> {
    const pk = keyOf({ reconciliationId });
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :orphan)',
          ExpressionAttributeValues: { ':pk': pk, ':orphan': 'ORPHAN#' },
          ProjectionExpression: 'pk, sk',
          ExclusiveStartKey,
        }),
      );
      await sideBySide(Items, abreast, async ({ sk }) => {
        await documents.send(new DeleteCommand({ TableName: table, Key: { pk, sk } }));
        return 1;
      });
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }

  /**
   * A page of what a run found that nobody knows: as many as asked for, or fewer with a cursor to the rest. Capacity: half a
   * read unit for 4 KB, some 100 orphans; 2 at most as a rule.
   */
  async function listOrphans(
    reconciliationId: ReconciliationId,
    limit: number,
    cursor: string | undefined,
  ) {
    const pk = keyOf({ reconciliationId });
    const Bookmark = z.strictObject({
      pk: z.literal(pk),
      sk: z.string().startsWith('ORPHAN#'),
      /** How many of the row were on pages before. */
      from: z.int().min(0),
    });
    const start = decodeCursor(cursor, Bookmark);
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ...{ ':pk': pk, ':first': start?.sk ?? 'ORPHAN#', ':last': 'ORPHAN#~' },
        },
        Limit: orphanRows,
      }),
    );
    const rows = Items.map((item) => OrphanRow.parse(item));
    const found = rows
      .flatMap(({ sk, remoteIds }) => remoteIds.map((remoteId, from) => ({ sk, from, remoteId })))
      .filter(({ sk, from }) => sk !== start?.sk || from >= start.from);
    const ended = LastEvaluatedKey && rows.at(-1);
    const next = found[limit] ?? (ended && { sk: ended.sk, from: ended.remoteIds.length });
    return {
      orphans: found.slice(0, limit).map(({ remoteId }) => ({ remoteId })),
      cursor: encodeCursor(next && { pk, sk: next.sk, from: next.from }),
    };
  }

  /** Whether all accounts are found by their provider, those of before 0.2.0 included. Capacity: 1 read unit. */
  async function areAccountsIndexed(): Promise<boolean> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: accountsAreIndexed, ConsistentRead: true }),
    );
    return Item !== undefined;
  }

  return {
    ...{ list, read, keep, keeping, keepPage, listed },
    ...{ keepOrphans, listOrphans, forgetOrphans, areAccountsIndexed },
  };
}

function toRun(item: Record<string, unknown>): Run {
  const { pk, sk, ...run } = RunRow.parse(item);
  return run;
}

/** Keys of a length that DynamoDB takes, of what a provider may make as long as it likes. */
const hashed = (text: string) => createHash('sha256').update(text).digest('base64url');
