import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ServiceError } from '../service.ts';

/** An export as `DescribeExport` tells of it; times in seconds since the epoch. */
const ExportOf = z.strictObject({
  ExportArn: z.string(),
  ExportStatus: z.literal('COMPLETED'),
  ExportType: z.literal('FULL_EXPORT'),
  ExportFormat: z.literal('DYNAMODB_JSON'),
  ExportTime: z.number(),
  StartTime: z.number(),
  EndTime: z.number(),
  ExportManifest: z.string(),
  TableArn: z.string(),
  S3Bucket: z.string(),
  S3Prefix: z.string().optional(),
  S3SseAlgorithm: z.string(),
  ClientToken: z.string().optional(),
  ItemCount: z.int(),
  BilledSizeBytes: z.int(),
});
export type ExportOf = z.output<typeof ExportOf>;

const Row = z.object({ told: z.string().transform((text): unknown => JSON.parse(text)) });

/** The exports of the region's tables, in its state. */
export class ExportTable {
  readonly #state: DatabaseSync;

  constructor(state: DatabaseSync) {
    this.#state = state;
    state.exec(`CREATE TABLE IF NOT EXISTS dynamodb_exports
      (arn TEXT PRIMARY KEY, table_arn TEXT NOT NULL, token TEXT, told TEXT NOT NULL) STRICT`);
  }

  keep(one: ExportOf): void {
    this.#state
      .prepare('INSERT INTO dynamodb_exports (arn, table_arn, token, told) VALUES (?, ?, ?, ?)')
      .run(one.ExportArn, one.TableArn, one.ClientToken ?? null, JSON.stringify(one));
  }

  /** @throws ServiceError - `ExportNotFoundException` */
  find(arn: string): ExportOf {
    const row = this.#state.prepare('SELECT told FROM dynamodb_exports WHERE arn = ?').get(arn);
    if (row === undefined) throw new ServiceError('ExportNotFoundException', `Export not found`);
    return read(row);
  }

  /** The export that was begun with a token, which AWS remembers for eight hours. */
  ofToken(token: string): ExportOf | undefined {
    const row = this.#state.prepare('SELECT told FROM dynamodb_exports WHERE token = ?').get(token);
    return row === undefined ? undefined : read(row);
  }

  /** @param table - its ARN; undefined: of all tables */
  all(table: string | undefined): readonly ExportOf[] {
    return this.#state
      .prepare('SELECT told FROM dynamodb_exports WHERE ?1 IS NULL OR table_arn = ?1 ORDER BY arn')
      .all(table ?? null)
      .map(read);
  }
}

function read(row: unknown): ExportOf {
  return ExportOf.parse(Row.parse(row).told);
}
