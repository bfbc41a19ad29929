import { afterAll, afterEach, beforeAll } from 'vitest';
import { EventSources } from '../../../local/event-sources/service.ts';
import type { Invoke } from '../../../local/lambda/invocation.ts';
import type { Created } from '../../../local/resource.ts';
import { Sqs } from '../../../local/sqs/service.ts';
import { Reached, streamed } from '../dynamodb/region.ts';

/** A record as a function gets it, as far as the tests look at it. */
export interface Seen {
  readonly eventName: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly Keys: { readonly pk: { readonly S: string } };
  };
}

export const keyOf = (record: Seen) => record.dynamodb.Keys.pk.S;

/** Events of a function that handles a stream; what they hold is what {@link Invoke} was given. */
export function recordsOf(event: unknown): readonly Seen[] {
  // The tests themselves check the shape of a record once, in full.
  return (event as { Records: readonly Seen[] }).Records;
}

/** One table whose stream goes to one function. */
export class Streaming {
  readonly table: string;
  readonly streamArn: string;
  readonly sources: EventSources;
  readonly sqs: Sqs;
  readonly #reached: Reached;

  private constructor(
    reached: Reached,
    { table, streamArn }: { readonly table: string; readonly streamArn: string },
    sqs: Sqs,
    sources: EventSources,
  ) {
    this.#reached = reached;
    this.table = table;
    this.streamArn = streamArn;
    this.sqs = sqs;
    this.sources = sources;
  }

  /** @param mapping - properties of the event source mapping beside source, function and start */
  static async start(
    reached: Reached,
    table: string,
    invoke: Invoke,
    mapping: Readonly<Record<string, unknown>> = {},
  ): Promise<Streaming> {
    const { attributes } = await reached.declare({ physicalName: table, properties: streamed });
    const sqs = new Sqs(reached.context);
    const sources = new EventSources(reached.context, { sqs, dynamodb: reached.dynamodb, invoke });
    const streamArn = attributes['StreamArn'] ?? '';
    const streaming = new Streaming(reached, { table, streamArn }, sqs, sources);
    await streaming.#create(sqs.kinds[0], 'Failures', `${table}-failures`, {});
    const Destination = `arn:aws:sqs:eu-central-1:123456789012:${table}-failures`;
    await streaming.#create(sources.kinds[0], 'Mapping', `${table}-mapping`, {
      EventSourceArn: attributes['StreamArn'],
      FunctionName: 'handler',
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination } },
      ...mapping,
    });
    sources.start();
    return streaming;
  }

  async put(...keys: readonly string[]): Promise<void> {
    for (const pk of keys) {
      await this.#reached.documents.put({ TableName: this.table, Item: { pk } });
    }
  }

  /** Several items at once, so that their records are in the stream before any is read. */
  async putTogether(...keys: readonly string[]): Promise<void> {
    const TransactItems = keys.map((pk) => ({ Put: { TableName: this.table, Item: { pk } } }));
    await this.#reached.documents.transactWrite({ TransactItems });
  }

  /** Until nothing is due any more. */
  async settle(): Promise<void> {
    while (!(await this.sources.quiet())) {}
  }

  /** What the on-failure queue was told. */
  failures(): readonly unknown[] {
    const received = this.sqs.receive(`${this.table}-failures`, 10);
    return received.map((message) => JSON.parse(message.body));
  }

  async #create(
    kind: Sqs['kinds'][number] | undefined,
    logicalId: string,
    physicalName: string,
    properties: object,
  ): Promise<Created> {
    if (kind === undefined) throw new Error(`no kind for ${logicalId}`);
    const parsed = kind.properties.parse(properties);
    return kind.create({ logicalId, physicalName, properties: parsed });
  }
}

/** What a function that failed ended with. */
export const failed = { ok: false, errorType: 'Error', message: 'no' } as const;

/** How long to wait for what happens by itself, on two cores that others use, too. */
export const patience = { timeout: 10_000 };

/** A function that succeeds, and what it was given. */
export function collector() {
  const batches: string[][] = [];
  const keys: string[] = [];
  const numbers: string[] = [];
  const invoke: Invoke = async (_name, event) => {
    const records = recordsOf(event);
    batches.push(records.map(keyOf));
    keys.push(...records.map(keyOf));
    numbers.push(...records.map((record) => record.dynamodb.SequenceNumber));
    return { ok: true, value: null };
  };
  return { batches, keys, numbers, invoke };
}

/** One database for all tests of a file; what a test has started ends with it. */
export function sharedDynamoDb() {
  let started: Reached | undefined;
  const running: Streaming[] = [];
  const reached = (): Reached => {
    if (started === undefined) throw new Error('DynamoDB is there only while tests run');
    return started;
  };
  beforeAll(async () => {
    started = await Reached.start({});
  });
  afterEach(async () => {
    for (const streaming of running.splice(0)) await streaming.sources.stop();
  });
  afterAll(() => started?.stop());
  const stream = async (table: string, invoke: Invoke, mapping?: Record<string, unknown>) => {
    const streaming = await Streaming.start(reached(), table, invoke, mapping);
    running.push(streaming);
    return streaming;
  };
  return { reached, stream };
}
