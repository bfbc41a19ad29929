import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documents, put, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Busy, Conflict } from '../runtime/errors.ts';
import { AnsweredBefore } from '../runtime/idempotency.ts';
import { dueIndex, type OwnerId, ownerIdOf, type Paper, type Whose } from './contract.ts';
import {
  folderKey,
  paperKey,
  paperKeyPrefix,
  paperRow,
  readPaper,
  type Versioned,
} from './rows.store.ts';
import { isKept } from './rules.ts';

export { dueLots, isPaper, readPaper, type Versioned } from './rows.store.ts';

/** How many papers someone may have. */
export interface Bounds {
  readonly awaited: number;
  readonly kept: number;
}

/** Times that a paper is read anew because its state changed at the same moment. */
const attempts = 5;

/** Reads and writes of papers; `table` is the documents table's name. */
export function documentsStore(table: string) {
  /** A paper. Capacity: 1 read unit. */
  async function read(whose: Whose): Promise<Versioned | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: paperKey(whose), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : readPaper(Item);
  }

  /** All papers of someone, also those that nobody may see, newest first. Capacity: 1 read unit for 4 KB. */
  async function papersOf(ownerId: OwnerId): Promise<readonly Paper[]> {
    return (await versionsOf(ownerId)).map(({ paper }) => paper);
  }

  async function versionsOf(ownerId: OwnerId): Promise<readonly Versioned[]> {
    // The bound of papers keeps them far below a page of 1 MB.
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :paper)',
        ExpressionAttributeValues: { ':pk': folderKey(ownerId).pk, ':paper': paperKeyPrefix },
        ConsistentRead: true,
      }),
    );
    const found = Items.map(readPaper);
    return found.sort((a, b) => b.paper.createdAt.localeCompare(a.paper.createdAt));
  }

  /**
   * Keeps an announced paper, within the bounds of its owner. Capacity: 8 write units in 1 request.
   *
   * @param answer - the write that remembers the answer
   * @throws {Conflict} `papers-awaited`, `papers-complete`
   * @throws {AnsweredBefore} a request with the same claim was quicker
   */
  async function announce(paper: Paper, bounds: Bounds, answer: TransactItem): Promise<void> {
    const written = await transact([
      answer,
      putNew(table, paperRow(paper, 1)),
      counted(ownerIdOf(paper), { awaited: 1, papers: 1 }, bounds),
    ]);
    if (written.done) return;
    if (written.failed.includes(0)) throw new AnsweredBefore();
    throw full(await papersOf(ownerIdOf(paper)), bounds);
  }

  /**
   * Keeps what became of a paper, if it is still as it was seen. Capacity: 3 write units, 6 where its upload came.
   *
   * @returns false where it changed or went meanwhile
   */
  async function keep(next: Paper, seen: Versioned): Promise<boolean> {
    const item = { TableName: table, Item: paperRow(next, seen.version + 1), ...isStill(seen) };
    if (seen.paper.state !== 'awaited' || next.state === 'awaited') return (await put(item)).done;
    const counts = counted(ownerIdOf(next), { awaited: -1, papers: 0 });
    return (await transact([{ Put: item }, counts])).done;
  }

  /**
   * Forgets a paper that is still as it was seen; the stream has its files deleted. Capacity: 6 write units.
   *
   * @returns false where it changed or went meanwhile
   */
  async function forget(seen: Versioned): Promise<boolean> {
    return (await transact(forgetting(seen))).done;
  }

  /** The writes of `forget`; the first of them fails where the paper is not as it was seen. */
  function forgetting(seen: Versioned): TransactItem[] {
    const awaited = seen.paper.state === 'awaited' ? -1 : 0;
    return [
      { Delete: { TableName: table, Key: paperKey(seen.paper), ...isStill(seen) } },
      counted(ownerIdOf(seen.paper), { awaited, papers: -1 }),
    ];
  }

  /**
   * Forgets a paper that its owner deletes, whatever is happening to it. Capacity: 1 read and 6 write units.
   *
   * @throws {Conflict} `paper-kept`
   * @throws {Busy} its state changed all the time
   */
  async function remove(whose: Whose): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const seen = await read(whose);
      if (seen === undefined) return;
      if (isKept(seen.paper)) throw kept();
      if (await forget(seen)) return;
    }
    throw new Busy();
  }

  /**
   * Papers whose time is over, in pages of 100. Capacity: half a read unit for 4 KB. The index lags: whoever
   * forgets one names the version that was seen (edge case 40).
   *
   * @param lot - one of `dueLots`
   * @param moment - as `timestamp` writes it
   */
  async function* listDue(lot: string, moment: string): AsyncGenerator<readonly Versioned[]> {
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: dueIndex.name,
          KeyConditionExpression: 'dueLot = :lot AND dueAt <= :moment',
          ExpressionAttributeValues: { ':lot': lot, ':moment': moment },
          Limit: 100,
          ExclusiveStartKey: from,
        }),
      );
      yield Items.map(readPaper);
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  /** The write that counts someone's papers; where bounds are given, only if they hold afterwards. */
  function counted(
    ownerId: OwnerId,
    { awaited, papers }: { readonly awaited: number; readonly papers: number },
    bounds?: Bounds,
  ): TransactItem {
    const values = { ':awaited': awaited, ':papers': papers };
    const update = {
      TableName: table,
      Key: folderKey(ownerId),
      UpdateExpression: 'ADD awaited :awaited, papers :papers',
    };
    if (bounds === undefined) return { Update: { ...update, ExpressionAttributeValues: values } };
    return {
      Update: {
        ...update,
        ConditionExpression:
          'attribute_not_exists(pk) OR (awaited < :mostAwaited AND papers < :most)',
        ExpressionAttributeValues: {
          ...values,
          ':mostAwaited': bounds.awaited,
          ':most': bounds.kept,
        },
      },
    };
  }

  return { read, papersOf, versionsOf, announce, keep, forget, forgetting, remove, listDue };
}

const isStill = ({ version }: Versioned) => ({
  ConditionExpression: 'version = :version',
  ExpressionAttributeValues: { ':version': version },
});

function kept(): Conflict {
  const detail = 'Papers of mentors that were found clean are deleted by their date only.';
  return new Conflict({ code: 'paper-kept', detail });
}

function full(papers: readonly Paper[], { awaited, kept }: Bounds): Conflict {
  if (papers.length >= kept) {
    const detail = `You have ${kept} papers, which is all that are kept. Delete one with DELETE /me/papers/{paperId}.`;
    return new Conflict({ code: 'papers-complete', detail });
  }
  const detail = `Uploads of ${awaited} papers are awaited already. Upload them, or delete one with DELETE /me/papers/{paperId}.`;
  return new Conflict({ code: 'papers-awaited', detail });
}
