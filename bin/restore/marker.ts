import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Holdings, tableOf } from '../export/holdings.ts';
import { type Capability, ownerOf, type Row } from '../export/ownership.ts';
import { TransferRefused } from '../export/refusals.ts';

const key = { pk: 'RESTORE', sk: 'RESTORE' } as const;

/**
 * Minutes for which a copy is a run's own after it was last heard of. A run that was killed keeps others out for so long;
 * clocks of two machines may differ by much less.
 */
export const leaseMinutes = 5;
const lease = leaseMinutes * 60_000;
/** Milliseconds after which a run says that it is still at it. */
const heartbeat = 30_000;

/** What a restore has done, in the identity table of the copy that it fills. */
const Marker = z.strictObject({
  pk: z.literal(key.pk),
  sk: z.literal(key.sk),
  /** The address of the export, and the moment that it is of. */
  from: z.string(),
  moment: z.string(),
  state: z.enum(['loading', 'done']),
  /** Keys of the files whose rows are there. */
  loaded: z.set(z.string()).optional(),
  /** Whose rows the first run left out: seats and lists are counted without them in all files, also by later runs. */
  leftOut: z.array(z.string()).optional(),
  /** The run that fills the copy, and until when it alone may, in milliseconds since 1970. */
  run: z.string().optional(),
  leaseUntil: z.number().optional(),
});
export type Marker = z.infer<typeof Marker>;

/** How far a restore is. */
export interface Standing {
  readonly state: Marker['state'];
  readonly loaded: ReadonlySet<string>;
  readonly leftOut: ReadonlySet<string> | undefined;
}

const Keys = z.looseObject({ pk: z.string(), sk: z.string() });

/** Rows of a table that are looked at to see whether it is empty. */
const looked = 10;

/**
 * The row that says how far a restore is, and which run is at it: each write of a run has as its condition that the copy is
 * not done and is its own.
 *
 * @param run - names this run, and no other
 * @param clock - milliseconds since 1970
 */
export function markerIn(
  dynamodb: DynamoDBClient,
  holdings: Holdings,
  run: string,
  clock: () => number = Date.now,
) {
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const TableName = tableOf(holdings, 'identity');
  let renewed = Number.NEGATIVE_INFINITY;

  /** Capacity: 1 read unit for 4 KB. */
  async function read(): Promise<Marker | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : Marker.parse(Item);
  }

  /**
   * Whether a copy is new, or this restore's; nothing is changed. Capacity: 1 read unit, and 1 for each table: the one place
   * beside migrations where a scan is right, for whether there is any row is the question.
   *
   * @throws {TransferRefused} `tables-not-empty`: what is there must not be mixed with what comes
   * @throws {TransferRefused} `restore-running`
   */
  async function look(from: string, moment: string): Promise<Standing | undefined> {
    const marker = await read();
    if (marker === undefined) {
      for (const [capability, name] of holdings.tables) {
        if (await holdsRows(capability, name))
          throw notEmpty(`its table of ${capability} holds rows`);
      }
      return undefined;
    }
    if (marker.from !== from || marker.moment !== moment)
      throw notEmpty(`it was filled from ${marker.from} of ${marker.moment}`);
    const { state, run: whose, leaseUntil = 0 } = marker;
    if (state === 'loading' && whose !== undefined && whose !== run && leaseUntil >= clock())
      throw running(leaseUntil);
    return standingOf(marker);
  }

  /**
   * Begins a restore, or goes on with the same where no other run is at it. Capacity: as `look`, and 1 write unit for each
   * KB of the row.
   *
   * @throws {TransferRefused} as `look`
   */
  async function begin(from: string, moment: string): Promise<Standing> {
    const before = await look(from, moment);
    if (before?.state === 'done') return before;
    const now = clock();
    const mine = { run, leaseUntil: now + lease };
    try {
      if (before === undefined) {
        const Item = { ...key, from, moment, state: 'loading', ...mine } satisfies Marker;
        const ConditionExpression = 'attribute_not_exists(pk)';
        await documents.send(new PutCommand({ TableName, Item, ConditionExpression }));
      } else {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: key,
            UpdateExpression: 'SET #run = :run, leaseUntil = :until',
            ConditionExpression:
              '#state = :loading AND (attribute_not_exists(#run) OR #run = :run OR leaseUntil < :now)',
            ExpressionAttributeNames: own.names,
            ExpressionAttributeValues: { ...own.values, ':until': mine.leaseUntil, ':now': now },
          }),
        );
      }
    } catch (error) {
      throw lost(error);
    }
    renewed = now;
    const after = await read();
    if (after === undefined) throw running(undefined);
    return standingOf(after);
  }

  /** What each copy makes for itself does not count. */
  async function holdsRows(capability: Capability, name: string): Promise<boolean> {
    const { Items = [] } = await documents.send(
      new ScanCommand({ TableName: name, Limit: looked }),
    );
    return Items.some((item) => {
      // The schema has just said that both keys are texts.
      const { kind } = ownerOf(capability, Keys.parse(item) as Row);
      return kind !== 'nobody' && kind !== 'everyone';
    });
  }

  const own = {
    names: { '#state': 'state', '#run': 'run' },
    values: { ':loading': 'loading', ':run': run },
  };

  /** Changes the row if the copy is not done and is this run's. Capacity: 1 write unit for each KB of the row. */
  async function change(UpdateExpression: string, values: Record<string, unknown>): Promise<void> {
    try {
      await documents.send(
        new UpdateCommand({
          TableName,
          Key: key,
          UpdateExpression,
          ConditionExpression: '#state = :loading AND #run = :run',
          ExpressionAttributeNames: own.names,
          ExpressionAttributeValues: { ...own.values, ...values },
        }),
      );
    } catch (error) {
      throw lost(error);
    }
  }

  /**
   * Sees to it that the copy is still this run's: to be asked before each piece of work. Capacity: 1 write unit for each KB
   * of the row, twice a minute at most.
   *
   * @throws {TransferRefused} `restore-running`: another run has taken over, or has ended it
   */
  async function still(): Promise<void> {
    const now = clock();
    if (now - renewed < heartbeat) return;
    await change('SET leaseUntil = :until', { ':until': now + lease });
    renewed = now;
  }

  /** Notes that a file's rows are there. @throws {TransferRefused} `restore-running` */
  async function note(file: string): Promise<void> {
    const now = clock();
    const values = { ':file': new Set([file]), ':until': now + lease };
    await change('SET leaseUntil = :until ADD loaded :file', values);
    renewed = now;
  }

  /** Notes whose rows are left out of all files. @throws {TransferRefused} `restore-running` */
  async function leaveOut(ids: readonly string[]): Promise<void> {
    await change('SET leftOut = :ids', { ':ids': ids });
  }

  /** Notes that all is restored. @throws {TransferRefused} `restore-running` */
  async function end(): Promise<void> {
    await change('SET #state = :done REMOVE loaded, leftOut, #run, leaseUntil', {
      ':done': 'done',
    });
    renewed = Number.NEGATIVE_INFINITY;
  }

  /** Lets the next run begin at once, where this one was broken off. */
  async function release(): Promise<void> {
    renewed = Number.NEGATIVE_INFINITY;
    await change('REMOVE #run, leaseUntil', {});
  }

  return { look, begin, still, note, leaveOut, end, release };
}
export type MarkerStore = ReturnType<typeof markerIn>;

function standingOf({ state, loaded = new Set(), leftOut }: Marker): Standing {
  return { state, loaded, leftOut: leftOut === undefined ? undefined : new Set(leftOut) };
}

function lost(error: unknown): unknown {
  return error instanceof ConditionalCheckFailedException ? running(undefined) : error;
}

function running(until: number | undefined): TransferRefused {
  const when =
    until === undefined
      ? ''
      : ` Without word of it, it may be taken over after ${new Date(until).toISOString()}.`;
  return new TransferRefused(
    'restore-running',
    `another run of this restore is filling this copy, or has ended it; this one writes nothing more.${when} Let the other end, or run the same command again once it was stopped.`,
  );
}

function notEmpty(why: string): TransferRefused {
  return new TransferRefused(
    'tables-not-empty',
    `this copy is not new: ${why}. A restore fills a new copy only: choose another id in the region file, or another account, and run the same restore for that.`,
  );
}
