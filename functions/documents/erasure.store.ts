import { transact } from '../runtime/dynamodb.ts';
import { type Erasure, erased, eraseRows, type Rests, waits } from '../runtime/erasing.ts';
import { Busy } from '../runtime/errors.ts';
import type { OwnerId, Paper } from './contract.ts';
import { folderKey } from './rows.store.ts';
import { documentsStore } from './store.ts';

/** Times that papers are read anew because they changed at the same moment. */
const attempts = 5;

/** Papers of somebody who leaves; `table` is the documents table's name. */
export function erasureStore(table: string) {
  const papers = documentsStore(table);

  /** All papers of somebody. Capacity: 1 read unit for 4 KB. */
  async function papersOf(ownerId: OwnerId): Promise<readonly Paper[]> {
    return papers.papersOf(ownerId);
  }

  /**
   * Forgets all papers of somebody, also those that only their date would delete; the stream has their files deleted.
   * Capacity: 1 read unit for 4 KB, and 8 write units for each.
   *
   * @param rests - what each deletion rests on
   * @throws {Busy} they changed all the time
   */
  async function erase(ownerId: OwnerId, rests: Rests): Promise<Erasure> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const left = await papers.versionsOf(ownerId);
      if (left.length === 0) {
        return (await eraseRows(table, [folderKey(ownerId)], rests)) ? erased : waits('report');
      }
      // One after the other: they share the row that counts them.
      for (const seen of left) {
        const paper = papers.forgetting(seen);
        const written = await transact([...paper, ...rests]);
        if (!written.done && written.failed.some((at) => at >= paper.length))
          return waits('report');
      }
    }
    throw new Busy();
  }

  return { papersOf, erase };
}
