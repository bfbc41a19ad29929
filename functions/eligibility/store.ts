import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { LearnerId } from '../identity/contract.ts';
import { documents, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { AnsweredBefore, type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { type Application, ApplicationId, type ApplicationState } from './contract.ts';
import {
  applicationKey,
  CurrentRow,
  learnerKey,
  putApplication,
  putCurrent,
  putPointer,
  readApplication,
  type Versioned,
} from './rows.store.ts';
import { shownToLearner } from './view.rules.ts';

export { readApplication, type Versioned } from './rows.store.ts';

/** States that stand in nobody's way: whoever wants to try again makes a new application (edge case 11). */
const closedStates = ['rejected', 'lapsed', 'ended'] as const;

/** What stands in the way of another application. */
export type Standing = Exclude<ApplicationState, (typeof closedStates)[number]>;

/**
 * How keeping an application ended: kept; something stands in its way; or it, or what it rests on, is no longer
 * as it was read.
 */
export type Kept =
  | { readonly kind: 'kept' }
  | { readonly kind: 'standing'; readonly state: Standing }
  | { readonly kind: 'changed-meanwhile' };

/** A transaction by what its items are for. */
interface Writes {
  readonly answer: TransactItem | undefined;
  readonly current: TransactItem | undefined;
  readonly rest: readonly TransactItem[];
}

/** Reads and writes of applications; `table` is the eligibility table's name. */
export function eligibilityStore(table: string) {
  /** One application. Capacity: 1 read unit for 4 KB. */
  async function read(applicationId: ApplicationId): Promise<Versioned | undefined> {
    const { Item } = await documents.send(
      new GetCommand({
        TableName: table,
        Key: applicationKey(applicationId),
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : readApplication(Item);
  }

  /**
   * Keeps a new application, unless another of the learner's stands in its way. Capacity: 8 write units in 1
   * request and what `also` costs, 1 more in the index where it waits.
   *
   * @param today - the region's day; an approval that ended before it stands in nobody's way
   * @param also - what goes into the same transaction, such as the row of the person
   * @throws {AnsweredBefore} a request with the same claim was quicker
   */
  async function keep(
    application: Application,
    claim: Claim,
    today: string,
    also: readonly TransactItem[] = [],
  ): Promise<Kept> {
    const answer = { status: 201, body: shownToLearner(application), version: 1 };
    return settle(application.learnerId, today, {
      answer: rememberAnswer(table, claim, answer),
      current: putCurrent(table, application, today),
      rest: [
        putApplication(table, application, undefined),
        putPointer(table, application),
        ...also,
      ],
    });
  }

  /**
   * Keeps what became of an application, if it is still as it was read. Capacity: 6 write units in 1 request and
   * what `also` costs, 1 more in the index.
   *
   * @param seen - as it was read; the version is the fence
   * @param answer - what the request is answered; undefined where the method is idempotent by itself
   * @throws {AnsweredBefore} a request with the same claim was quicker
   */
  async function keepNext(
    next: Application,
    seen: Versioned,
    today: string,
    answer: TransactItem | undefined,
    also: readonly TransactItem[] = [],
  ): Promise<Kept> {
    const { state, validUntil } = seen.application;
    const counts = next.state !== state || next.validUntil !== validUntil;
    return settle(next.learnerId, today, {
      answer,
      current: counts ? putCurrent(table, next, today) : undefined,
      rest: [putApplication(table, next, seen.version), ...also],
    });
  }

  /** Writes all, and says which of them stood in the way. */
  async function settle(learnerId: LearnerId, today: string, writes: Writes): Promise<Kept> {
    const { answer, current, rest } = writes;
    const items = [answer, current, ...rest].filter((item) => item !== undefined);
    const written = await transact(items);
    if (written.done) return { kind: 'kept' };
    const failed = written.failed.map((position) => items[position]);
    if (answer !== undefined && failed.includes(answer)) throw new AnsweredBefore();
    const state = await standingOf(learnerId, today);
    return current !== undefined && failed.includes(current) && state !== undefined
      ? { kind: 'standing', state }
      : { kind: 'changed-meanwhile' };
  }

  async function readCurrent(learnerId: LearnerId) {
    const Key = { pk: learnerKey(learnerId), sk: 'CURRENT' };
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : CurrentRow.parse(Item);
  }

  /**
   * The state of an application that another would conflict with: it waits, or was approved and still holds.
   * Capacity: 1 read unit.
   */
  async function standingOf(learnerId: LearnerId, today: string): Promise<Standing | undefined> {
    const current = await readCurrent(learnerId);
    if (current === undefined || isClosed(current.state)) return undefined;
    const ended = current.validUntil !== undefined && current.validUntil < today;
    return ended || isRenewable(current, today) ? undefined : current.state;
  }

  /**
   * The applications that say how a learner stands, the newest first: the one that counts, and the approval that
   * goes on until that one is approved. Capacity: 1 read unit.
   */
  async function countingFor(learnerId: LearnerId): Promise<readonly ApplicationId[]> {
    const current = await readCurrent(learnerId);
    if (current === undefined) return [];
    return [current.applicationId, ...(current.renews === undefined ? [] : [current.renews])];
  }

  /**
   * The approval that a new application of a learner would renew: its `renews`. After a renewal that was rejected
   * it is the same as before. Capacity: 1 read unit.
   */
  async function renewableOf(learnerId: LearnerId): Promise<ApplicationId | undefined> {
    const current = await readCurrent(learnerId);
    const holds = current?.state === 'approved' || current?.state === 'suspended';
    return holds ? current.applicationId : current?.renews;
  }

  /** The application that counts for a learner. Capacity: 2 read units in 2 requests. */
  async function currentOf(learnerId: LearnerId): Promise<Application | undefined> {
    const current = await readCurrent(learnerId);
    return current === undefined ? undefined : (await read(current.applicationId))?.application;
  }

  /**
   * The write of what an application has become where it is the one that counts for its learner; none for an older
   * one that a renewal follows. Capacity: 1 read unit, and 2 write units where it counts.
   */
  async function currentItems(next: Application, today: string): Promise<readonly TransactItem[]> {
    const current = await readCurrent(next.learnerId);
    return current?.applicationId === next.applicationId ? [putCurrent(table, next, today)] : [];
  }

  /** @throws {Busy} the table is throttled: none is left out silently */
  async function readAll(keys: readonly Key[]): Promise<readonly Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    let Keys: Record<string, unknown>[] = [...keys];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[table] ?? []));
      Keys = UnprocessedKeys?.[table]?.Keys ?? [];
      if (Keys.length === 0) return found;
    }
    throw new Busy();
  }

  /** A learner's applications, newest first, at most 25. Capacity: 1 read unit, and 1 for each application. */
  async function listOf(learnerId: LearnerId): Promise<Application[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :applications)',
        ExpressionAttributeValues: {
          ':pk': learnerKey(learnerId),
          ':applications': 'APPLICATION#',
        },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 25,
      }),
    );
    const found = await readMany(
      Items.map(({ applicationId }) => ApplicationId.parse(applicationId)),
    );
    return found.sort((a, b) => b.submittedAt.localeCompare(a.submittedAt));
  }

  /** Applications by their ids, those that are there. Capacity: 1 read unit for each, in 1 request. */
  async function readMany(ids: readonly ApplicationId[]): Promise<Application[]> {
    if (ids.length === 0) return [];
    return (await readAll(ids.map(applicationKey))).map(
      (item) => readApplication(item).application,
    );
  }

  return {
    read,
    readMany,
    standingOf,
    countingFor,
    currentItems,
    renewableOf,
    currentOf,
    keep,
    keepNext,
    listOf,
  };
}

/** Whether an approval comes so near its end that another application may follow it. */
const isRenewable = ({ renewFrom }: { renewFrom?: string | undefined }, today: string) =>
  renewFrom !== undefined && renewFrom <= today;

const isClosed = (state: ApplicationState): state is (typeof closedStates)[number] =>
  closedStates.some((closed) => closed === state);

type Key = ReturnType<typeof applicationKey>;
