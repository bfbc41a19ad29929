import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { carver, keepingOthers } from '../../bin/export/carving.ts';
import { isCapability, type Row } from '../../bin/export/ownership.ts';
import { Ties } from '../../bin/export/ties.ts';
import { type Deletion, heldIn, idsOf, standingIn } from '../../bin/restore/ledger.ts';
import { documents, transact } from '../../functions/runtime/dynamodb.ts';
import { tables } from './house.ts';

/** Makes of all tables what a copy has of them that is restored with this ledger, before deletions are applied again. */
export async function carveOut(...ledger: readonly Deletion[]): Promise<void> {
  const all = await Promise.all(tables.map(rowsOf));
  const rows = all.flat();
  const ties = new Ties();
  for (const { capability, row } of rows) ties.add(capability, row);
  const standing = standingIn(ties.people, ledger);
  const held = heldIn(ties, standing);
  const left = standing.filter((one) => !held.includes(one));
  const carve = carver(ties, keepingOthers(idsOf(left)));
  for (const { capability, row } of rows) {
    const rest = carve(capability, row);
    if (rest === row) continue;
    const { pk, sk } = row;
    const change =
      rest === undefined
        ? { Delete: { TableName: capability, Key: { pk, sk } } }
        : { Put: { TableName: capability, Item: rest } };
    await transact([change]);
  }
}

async function rowsOf(capability: string) {
  if (!isCapability(capability)) throw new Error(`${capability} is no capability with a table`);
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: capability }));
  // Every table has text keys `pk` and `sk`.
  return Items.map((row) => ({ capability, row: row as Row }));
}
