import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { LocalContext } from '../context.ts';
import { md5Of } from '../s3/checksums.ts';
import { ServiceError } from '../service.ts';
import { type ExportOf, ExportTable } from './export-table.ts';
import type { Ask } from './table.ts';
import { tableDescription } from './table-properties.ts';

/** Where exports go: the region's S3. Returns the ETag. */
export type Deposit = (bucket: string, key: string, bytes: Buffer, contentType: string) => string;

/** Seconds for which the rows of now pass for those of a moment ago: the local region keeps no past. */
const recent = 60;

const Request = z.strictObject({
  TableArn: z.string(),
  S3Bucket: z.string(),
  S3Prefix: z.string().optional(),
  S3BucketOwner: z.string().optional(),
  S3SseAlgorithm: z.enum(['AES256', 'KMS']).optional(),
  S3SseKmsKeyId: z.string().optional(),
  ExportFormat: z.literal('DYNAMODB_JSON').optional(),
  ExportType: z.literal('FULL_EXPORT').optional(),
  /** Seconds since the epoch. */
  ExportTime: z.number().optional(),
  ClientToken: z.string().optional(),
});
type Request = z.output<typeof Request>;

const Page = z.object({
  Items: z.array(z.record(z.string(), z.unknown())),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
});

export const exportOperations = [
  'DescribeContinuousBackups',
  'ExportTableToPointInTime',
  'DescribeExport',
  'ListExports',
] as const;
type Operation = (typeof exportOperations)[number];

/** Whether an operation is about restoring a table to a moment, which DynamoDB Local knows nothing of. */
export function isExportOperation(operation: string): operation is Operation {
  return exportOperations.some((one) => one === operation);
}

/**
 * Exports of tables to the region's S3 in the format of AWS. The local region keeps no past: what is exported are the rows
 * of now, so a moment longer ago than a minute is refused, as AWS refuses one that it cannot restore.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
export class Exports {
  readonly #context: LocalContext;
  readonly #ask: Ask;
  readonly #deposit: Deposit;
  readonly #kept: ExportTable;

  constructor(context: LocalContext, ask: Ask, deposit: Deposit) {
    this.#context = context;
    this.#ask = ask;
    this.#deposit = deposit;
    this.#kept = new ExportTable(context.state);
  }

  /** @throws ServiceError - `ValidationException` among others */
  async answer(operation: Operation, input: unknown): Promise<object> {
    switch (operation) {
      case 'DescribeContinuousBackups':
        return this.#backups(read(z.strictObject({ TableName: z.string() }), input).TableName);
      case 'ExportTableToPointInTime':
        return { ExportDescription: await this.#begin(read(Request, input)) };
      case 'DescribeExport': {
        const { ExportArn } = read(z.strictObject({ ExportArn: z.string() }), input);
        return { ExportDescription: this.#kept.find(ExportArn) };
      }
      case 'ListExports': {
        const Listing = z.strictObject({ TableArn: z.string().optional() });
        const { TableArn } = read(Listing, input);
        const listed = this.#kept.all(TableArn).map(({ ExportArn, ExportStatus, ExportType }) => ({
          ExportArn,
          ExportStatus,
          ExportType,
        }));
        return { ExportSummaries: listed };
      }
    }
  }

  /** Seconds since the epoch, in the region's time. */
  #now(): number {
    return Math.floor(this.#context.clock.now() / 1000);
  }

  async #backups(table: string): Promise<object> {
    await this.#describe(table);
    const status = {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: this.#now() - recent,
      LatestRestorableDateTime: this.#now(),
    };
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: status,
      },
    };
  }

  async #describe(TableName: string) {
    const answer = z.object({ Table: tableDescription });
    return (await this.#ask('DescribeTable', { TableName }, answer)).Table;
  }

  async #begin(request: Request): Promise<ExportOf> {
    const before =
      request.ClientToken === undefined ? undefined : this.#kept.ofToken(request.ClientToken);
    if (before !== undefined) return before;
    const at = request.ExportTime ?? this.#now();
    if (at > this.#now() || at < this.#now() - recent) {
      const message = `The local region keeps no past: it exports the rows of now, and takes moments of the last ${recent} seconds for now.`;
      throw new ServiceError('InvalidExportTimeException', message);
    }
    const { TableName, TableArn } = await this.#describe(request.TableArn);
    const id = `${String(Math.floor(this.#context.clock.now())).padStart(14, '0')}-${randomBytes(4).toString('hex')}`;
    const written = await this.#write(request, id, TableName);
    const { S3Bucket, S3Prefix, S3SseAlgorithm = 'AES256', ClientToken } = request;
    const done: ExportOf = {
      ExportArn: `${TableArn}/export/${id}`,
      ExportStatus: 'COMPLETED',
      ExportType: 'FULL_EXPORT',
      ExportFormat: 'DYNAMODB_JSON',
      ExportTime: at,
      StartTime: this.#now(),
      EndTime: this.#now(),
      TableArn,
      S3Bucket,
      ...(S3Prefix !== undefined && { S3Prefix }),
      S3SseAlgorithm,
      ...(ClientToken !== undefined && { ClientToken }),
      ...written,
    };
    const summary = `${written.ExportManifest.slice(0, -'manifest-summary.json'.length)}`;
    this.#summarize(done, summary);
    this.#kept.keep(done);
    return done;
  }

  /** One file with all rows: AWS writes one for each partition. */
  async #write({ S3Bucket, S3Prefix }: Request, id: string, TableName: string) {
    const folder = `${S3Prefix === undefined || S3Prefix === '' ? '' : `${S3Prefix}/`}AWSDynamoDB/${id}/`;
    this.#deposit(S3Bucket, `${folder}_started`, Buffer.alloc(0), 'application/octet-stream');
    const items = await this.#rows(TableName);
    const lines = items.map((Item) => `${JSON.stringify({ Item })}\n`).join('');
    const bytes = gzipSync(lines);
    const key = `${folder}data/${randomBytes(13).toString('hex')}.json.gz`;
    const etag = this.#deposit(S3Bucket, key, bytes, 'application/gzip');
    const file = {
      itemCount: items.length,
      md5Checksum: md5Of(bytes),
      etag,
      dataFileS3Key: key,
    };
    this.#manifest(S3Bucket, `${folder}manifest-files`, `${JSON.stringify(file)}\n`);
    return {
      ExportManifest: `${folder}manifest-summary.json`,
      ItemCount: items.length,
      BilledSizeBytes: lines.length,
    };
  }

  async #rows(TableName: string): Promise<readonly Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const input = { TableName, ConsistentRead: true, ExclusiveStartKey };
      const page = await this.#ask('Scan', input, Page);
      found.push(...page.Items);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return found;
  }

  #summarize(done: ExportOf, folder: string): void {
    const moment = (seconds: number) => new Date(seconds * 1000).toISOString();
    const summary = {
      version: '2020-06-30',
      exportArn: done.ExportArn,
      startTime: moment(done.StartTime),
      endTime: moment(done.EndTime),
      tableArn: done.TableArn,
      exportTime: moment(done.ExportTime),
      s3Bucket: done.S3Bucket,
      s3Prefix: done.S3Prefix ?? null,
      s3SseAlgorithm: done.S3SseAlgorithm,
      s3SseKmsKeyId: null,
      manifestFilesS3Key: `${folder}manifest-files.json`,
      billedSizeBytes: done.BilledSizeBytes,
      itemCount: done.ItemCount,
      outputFormat: 'DYNAMODB_JSON',
      exportType: done.ExportType,
    };
    this.#manifest(done.S3Bucket, `${folder}manifest-summary`, JSON.stringify(summary));
  }

  #manifest(bucket: string, name: string, text: string): void {
    const bytes = Buffer.from(text);
    this.#deposit(bucket, `${name}.json`, bytes, 'application/json');
    this.#deposit(bucket, `${name}.checksum`, Buffer.from(md5Of(bytes)), 'text/plain');
  }
}

/** @throws ServiceError - `ValidationException`: something that the local region does not know would mean something at AWS */
function read<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  const places = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ServiceError('ValidationException', `The local region: ${places.join('; ')}`);
}
