import { z } from 'zod';
import type { Database } from './database.ts';
import { read } from './inputs.ts';
import { machineTime } from './machine-time.ts';
import { invalid, Refusal } from './refusal.ts';
import type { StreamLog } from './stream-log.ts';
import { IteratorInput, RecordsInput, StreamInput, StreamsInput } from './table-inputs.ts';

/** Milliseconds of the machine's time for which an iterator may be used. */
const iteratorLife = 15 * 60_000;
const largestPage = 1000;
const largestBytes = 1024 * 1024;

const StreamRow = z.object({
  id: z.number(),
  arn: z.string(),
  table_name: z.string(),
  keys: z.string().transform((text): unknown => JSON.parse(text)),
  view: z.string(),
  closed_at: z.number().nullable(),
});
type StreamRow = z.output<typeof StreamRow>;
const ShardRow = z.object({
  id: z.string(),
  stream: z.number(),
  parent: z.string().nullable(),
  first: z.number(),
  last: z.number().nullable(),
});
type ShardRow = z.output<typeof ShardRow>;

export const sequenceOf = (number: number) => String(number).padStart(21, '0');
const labelOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** DynamoDB Streams: the log as its readers ask for it. */
export class StreamOperations {
  readonly #database: Database;
  readonly #log: StreamLog;
  readonly #region: string;

  constructor(database: Database, log: StreamLog, region: string) {
    this.#database = database;
    this.#log = log;
    this.#region = region;
  }

  list(input: unknown): object {
    const { TableName } = read(StreamsInput, input);
    const rows = this.#database
      .prepare('SELECT * FROM streams WHERE ?1 IS NULL OR table_name = ?1 ORDER BY arn')
      .all(TableName ?? null);
    const Streams = rows.map((row) => {
      const { arn, table_name } = StreamRow.parse(row);
      return { StreamArn: arn, TableName: table_name, StreamLabel: labelOf(arn) };
    });
    return { Streams };
  }

  describe(input: unknown): object {
    const { StreamArn, ExclusiveStartShardId } = read(StreamInput, input);
    const stream = this.#stream(StreamArn);
    const rows = this.#database
      .prepare('SELECT * FROM shards WHERE stream = ? AND id > ? ORDER BY id')
      .all(stream.id, ExclusiveStartShardId ?? '');
    return {
      StreamDescription: {
        StreamArn,
        StreamLabel: labelOf(StreamArn),
        StreamStatus: stream.closed_at === null ? 'ENABLED' : 'DISABLED',
        StreamViewType: stream.view,
        TableName: stream.table_name,
        KeySchema: stream.keys,
        Shards: rows.map((row) => described(ShardRow.parse(row))),
      },
    };
  }

  iterator(input: unknown): object {
    const asked = read(IteratorInput, input);
    const stream = this.#stream(asked.StreamArn);
    const shard = this.#shard(asked.ShardId);
    if (shard.stream !== stream.id) throw noShard(asked.ShardId);
    return { ShardIterator: iteratorAt(shard, this.#beginning(shard, asked)) };
  }

  #beginning(shard: ShardRow, asked: z.output<typeof IteratorInput>): number {
    const { ShardIteratorType: type, SequenceNumber } = asked;
    if (type === 'TRIM_HORIZON') return shard.first;
    if (type === 'LATEST') return shard.last === null ? this.#log.nextNumber() : shard.last + 1;
    if (!SequenceNumber) throw invalid(`SequenceNumber is required for ${type}`);
    const number = Number(SequenceNumber);
    const row = this.#database
      .prepare('SELECT 1 AS here FROM records WHERE stream = ? AND seq = ?')
      .get(shard.stream, number);
    if (row === undefined) {
      throw new Refusal(
        'TrimmedDataAccessException',
        'The operation attempted to read past the oldest stream record in a shard.',
      );
    }
    return type === 'AT_SEQUENCE_NUMBER' ? number : number + 1;
  }

  /** @returns the answer as text: images are stored so */
  records(input: unknown): string {
    const { ShardIterator, Limit } = read(RecordsInput, input);
    const { shard, from } = this.#position(ShardIterator);
    const rows = this.#database
      .prepare(
        'SELECT * FROM records WHERE stream = ? AND seq >= ? AND seq <= ? ORDER BY seq LIMIT ?',
      )
      .iterate(shard.stream, from, shard.last ?? Number.MAX_SAFE_INTEGER, Limit ?? largestPage);
    const told: string[] = [];
    let bytes = 0;
    let next = from;
    for (const row of rows) {
      const text = this.#record(row);
      told.push(text);
      next = Number(row['seq']) + 1;
      bytes += text.length;
      if (bytes > largestBytes) break;
    }
    const ended = shard.last !== null && next > shard.last;
    const atEnd = ended || (shard.last !== null && told.length === 0);
    const following = atEnd ? '' : `,"NextShardIterator":"${iteratorAt(shard, next)}"`;
    return `{"Records":[${told.join(',')}]${following}}`;
  }

  #record(row: Record<string, unknown>): string {
    const { seq, event_id, event, by_service, change, at } = row;
    const identity =
      by_service === 1
        ? '"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"},'
        : '';
    const seconds = Math.floor(Number(at) / 1000);
    return (
      `{"eventID":"${event_id}","eventName":"${event}","eventVersion":"1.1","eventSource":"aws:dynamodb",` +
      `"awsRegion":"${this.#region}",${identity}"dynamodb":{"ApproximateCreationDateTime":${seconds},` +
      `"SequenceNumber":"${sequenceOf(Number(seq))}",${change}}}`
    );
  }

  #position(iterator: string): { readonly shard: ShardRow; readonly from: number } {
    const [id = '', from = '', issued = ''] = iterator.split('|');
    if (issued === '') throw invalid('Invalid ShardIterator');
    if (machineTime() - Number(issued) > iteratorLife) {
      throw new Refusal('ExpiredIteratorException', 'Iterator expired');
    }
    return { shard: this.#shard(id), from: Number(from) };
  }

  #stream(arn: string): StreamRow {
    const row = this.#database.prepare('SELECT * FROM streams WHERE arn = ?').get(arn);
    if (row !== undefined) return StreamRow.parse(row);
    throw new Refusal(
      'ResourceNotFoundException',
      `Requested resource not found: Stream: ${arn} not found`,
    );
  }

  #shard(id: string): ShardRow {
    const row = this.#database.prepare('SELECT * FROM shards WHERE id = ?').get(id);
    if (row === undefined) throw noShard(id);
    return ShardRow.parse(row);
  }
}

const noShard = (id: string) =>
  new Refusal('ResourceNotFoundException', `Requested resource not found: Shard: ${id} not found`);

const iteratorAt = ({ id }: ShardRow, from: number) => `${id}|${from}|${machineTime()}`;

function described({ id, parent, first, last }: ShardRow): object {
  return {
    ShardId: id,
    ...(parent !== null && { ParentShardId: parent }),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceOf(first),
      ...(last !== null && { EndingSequenceNumber: sequenceOf(last) }),
    },
  };
}
