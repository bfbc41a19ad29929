import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Files } from './files.ts';
import type { ExportedFile, Manifest } from './manifest.ts';
import type { Row } from './ownership.ts';
import { Ties } from './ties.ts';

/** A row as DynamoDB writes it. */
export type Wire = Record<string, AttributeValue>;

/** A line of an export. */
const Line = z.strictObject({ Item: z.record(z.string(), z.json()) });
const Keys = z.looseObject({ pk: z.string(), sk: z.string() });

/** The rows of a file, one by one. @throws {TransferRefused} `export-unreadable` */
export async function* rowsIn(files: Files, file: Pick<ExportedFile, 'key'>): AsyncGenerator<Wire> {
  // What DynamoDB wrote as an item, or `wireOf`, is one: the parts of it are read where they are needed.
  for await (const { Item } of files.lines(file, Line)) yield Item as unknown as Wire;
}

/** A row as capabilities have it. */
export function rowOf(wire: Wire): Row {
  return Keys.parse(unmarshall(wire));
}

/** A row as DynamoDB writes it. */
export function wireOf(row: Row): Wire {
  return marshall(row, { removeUndefinedValues: true });
}

/** Reads through an export to learn which rows belong together. */
export async function tiesIn(files: Files, { tables }: Pick<Manifest, 'tables'>): Promise<Ties> {
  const ties = new Ties();
  for (const { capability, files: parts } of tables) {
    if (!Ties.tellOf.includes(capability)) continue;
    for (const part of parts) {
      for await (const wire of rowsIn(files, part)) ties.add(capability, rowOf(wire));
    }
  }
  return ties;
}
