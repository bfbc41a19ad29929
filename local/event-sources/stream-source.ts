import { setTimeout as pause } from 'node:timers/promises';
import type { Cancel } from '../clock.ts';
import type { LocalContext, Source } from '../context.ts';
import type { DynamoDb } from '../dynamodb/service.ts';
import type { Invoke } from '../lambda/invocation.ts';
import type { AwsService } from '../service.ts';
import { FailureDestination } from './failure-destination.ts';
import type { StreamMapping } from './mapping.ts';
import { Positions } from './positions.ts';
import { type LaneParts, ShardLane } from './shard-lane.ts';
import { Shards } from './shards.ts';

export interface StreamSourceParts {
  readonly context: LocalContext;
  readonly dynamodb: DynamoDb;
  readonly invoke: Invoke;
  /** Takes what is sent to an on-failure destination. */
  readonly sqs: AwsService;
}

/**
 * Milliseconds between looks at a stream that nothing is known to have been written to: deletions by
 * time to live, and writes past the region. A write through the region wakes its table's sources at once.
 */
const idlePause = 1000;
/** Milliseconds after which a stream is asked for new shards, should a closed one be followed late. */
const listPause = 10_000;
/** Milliseconds of the machine's time that a running function gets when the region stops. */
const stopPatience = 250;

/**
 * Carries a table's stream to a function, as Lambda's event source mapping does: each shard in order,
 * one batch at a time, at least once. Not emulated: several batches of a shard at once, tumbling windows.
 *
 * @throws FilterError - a filter is malformed
 */
export function startStreamSource(mapping: StreamMapping, parts: StreamSourceParts): Source {
  const source = new StreamSource(mapping, parts);
  source.start();
  return source;
}

class StreamSource implements Source {
  readonly name: string;
  readonly #mapping: StreamMapping;
  readonly #parts: StreamSourceParts;
  readonly #lane: LaneParts;
  readonly #stopped = new AbortController();
  readonly #lanes = new Map<string, ShardLane>();
  /** Machine time of the next look for shards. */
  #listAt = 0;
  /** The passes asked for so far, one after the other. */
  #passes: Promise<boolean> = Promise.resolve(false);
  #unwatch: Cancel = () => {};
  #wake: () => void = () => {};
  /** Whether the table may have been written to since the newest pass began. */
  #written = true;
  #failing = false;

  constructor(mapping: StreamMapping, parts: StreamSourceParts) {
    const { context, dynamodb, sqs, invoke } = parts;
    this.name = mapping.name;
    this.#mapping = mapping;
    this.#parts = parts;
    this.#lane = {
      clock: context.clock,
      shards: new Shards(dynamodb, context.clock, mapping.streamArn),
      positions: new Positions(context.state),
      destination: new FailureDestination(context, sqs),
      invoke,
      signal: this.#stopped.signal,
    };
  }

  start(): void {
    const [, table = ''] = this.#mapping.streamArn.split('/');
    this.#unwatch = this.#parts.dynamodb.watch(table, () => {
      this.#written = true;
      this.#wake();
    });
    void this.#run();
  }

  async quiet(): Promise<boolean> {
    const worked = await this.#passes;
    const waits = [...this.#lanes.values()].some(({ dueAt }) => dueAt !== undefined);
    // To look is a request to DynamoDB, and a region that settles asks each source many times.
    if (!(worked || waits || this.#written || this.#failing)) return true;
    return !((await this.#pass(true)) || worked);
  }

  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#unwatch();
    this.#wake();
    await Promise.race([this.#passes, pause(stopPatience, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      let found = false;
      try {
        found = await this.#pass(false);
        this.#failing = false;
      } catch (error) {
        this.#warn(error);
      }
      if (!found) await this.#rest();
    }
  }

  /** Until something was written, the clock says so, or the region stops. */
  #rest(): Promise<void> {
    const { clock } = this.#parts.context;
    return new Promise((resolve) => {
      if (this.#written || this.#stopped.signal.aborted) return resolve();
      const due = [...this.#lanes.values()].map((lane) => lane.dueAt ?? Number.POSITIVE_INFINITY);
      const cancel = clock.schedule(Math.min(clock.now() + idlePause, ...due), resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Asks every shard once, when earlier passes have ended. @returns whether there was work */
  #pass(early: boolean): Promise<boolean> {
    const pass = this.#passes.then(() => this.#advance(early));
    this.#passes = pass.catch(() => false);
    return pass;
  }

  async #advance(early: boolean): Promise<boolean> {
    if (this.#stopped.signal.aborted) return false;
    this.#written = false;
    await this.#openLanes();
    const progress = await Promise.all(
      [...this.#lanes].map(async ([shard, lane]) => {
        const made = await lane.advance(early);
        if (made === 'finished') {
          this.#lanes.delete(shard);
          this.#listAt = 0;
        }
        return made;
      }),
    );
    return progress.some((made) => made !== 'idle');
  }

  /** A shard is read when its parent has been: a key's changes move on from the one to the other. */
  async #openLanes(): Promise<void> {
    if (this.#lanes.size > 0 && Date.now() < this.#listAt) return;
    const { shards, positions } = this.#lane;
    const { id, streamArn, startingPosition } = this.#mapping;
    const listed = await shards.list();
    if (startingPosition === 'LATEST' && !positions.has(id, streamArn)) {
      for (const shard of listed) await this.#skip(shard.id);
    }
    const isFinished = (shard: string) => positions.find(id, streamArn, shard)?.finished === true;
    const open = new Set(listed.filter((one) => !isFinished(one.id)).map((one) => one.id));
    for (const shard of listed) {
      const waits = shard.parent !== undefined && open.has(shard.parent);
      if (!open.has(shard.id) || waits || this.#lanes.has(shard.id)) continue;
      this.#lanes.set(shard.id, new ShardLane(shard.id, this.#mapping, this.#lane));
    }
    this.#listAt = Date.now() + listPause;
  }

  /** Passes over what is there when a mapping that asked for LATEST sees its stream for the first time. */
  async #skip(shard: string): Promise<void> {
    const { shards, positions } = this.#lane;
    const { id, streamArn } = this.#mapping;
    let last = { sequence: '', eventId: '' };
    let next = await shards.after(shard, undefined);
    while (next !== undefined) {
      const page = await shards.read(next, Number.POSITIVE_INFINITY);
      const record = page.records.at(-1);
      if (record === undefined && page.next !== undefined) break;
      if (record) last = { sequence: record.sequence, eventId: record.eventId };
      next = page.next;
    }
    positions.save(id, streamArn, shard, { ...last, finished: next === undefined });
  }

  /** Once until it works again: DynamoDB that is gone is told of by every request already. */
  #warn(error: unknown): void {
    if (this.#failing || this.#stopped.signal.aborted) return;
    this.#failing = true;
    const message = error instanceof Error ? error.message : String(error);
    process.emitWarning(`${this.name}: ${message}`, 'EventSource');
  }
}
