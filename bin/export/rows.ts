import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Files } from './files.ts';
import type { ExportedFile, Manifest } from './manifest.ts';
import type { Row } from './ownership.ts';
import { Ties } from './ties.ts';

/** A row as DynamoDB writes it. */
export type Wire = Record<string, AttributeValue>;

const text = z.string();
/** A value as DynamoDB writes it into an export. Binary ones, as base64, are in rows that no copy takes (ADR 33). */
const Value: z.ZodType<AttributeValue> = z.union([
  z.strictObject({ S: text }),
  z.strictObject({ N: text }),
  z.strictObject({ BOOL: z.boolean() }),
  z.strictObject({ NULL: z.literal(true) }),
  z.strictObject({ B: z.base64().transform((bytes) => Buffer.from(bytes, 'base64')) }),
  z.strictObject({ SS: z.array(text) }),
  z.strictObject({ NS: z.array(text) }),
  z.strictObject({ L: z.array(z.lazy(() => Value)) }),
  z.strictObject({
    M: z.record(
      text,
      z.lazy(() => Value),
    ),
  }),
]);

/** A line of an export. */
const Line = z.strictObject({ Item: z.record(text, Value) });
const Keys = z.looseObject({ pk: z.string(), sk: z.string() });

/** The rows of a file, one by one. @throws {TransferRefused} `export-unreadable` */
export async function* rowsIn(files: Files, file: Pick<ExportedFile, 'key'>): AsyncGenerator<Wire> {
  for await (const { Item } of files.lines(file, Line)) yield Item;
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
