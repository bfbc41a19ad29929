import { createHash } from 'node:crypto';
import { requireOnce } from './batch-operations.ts';
import type { Catalog } from './catalog.ts';
import { type Conflicts, cancelled, conflict, none, type Reason } from './conflicts.ts';
import type { Database } from './database.ts';
import { read, type TransactItem, TransactWriteInput } from './inputs.ts';
import { type Plan, planCheck, planDelete, planPut, planUpdate } from './item-write.ts';
import { machineTime } from './machine-time.ts';
import { Meter, readUnits } from './meter.ts';
import { invalid, Refusal } from './refusal.ts';
import type { Rows } from './rows.ts';
import type { Stored } from './stored.ts';

const most = 100;
const largest = 4 * 1024 * 1024;
/** For as long a token names one request, in milliseconds of the machine's time. */
const tokenLife = 10 * 60_000;
/** Old tokens go when as many have come. */
const tokensBetween = 1000;

interface Step {
  readonly plan: Plan;
  readonly isCheck: boolean;
  readonly showsOld: boolean;
}

/** An item of a transaction, with what is there now and what is to be. */
interface Outcome {
  readonly step: Step;
  readonly before: Stored | undefined;
  readonly after: Stored | undefined;
  readonly reason: Reason;
}

/** Writes of several items, of which all are done or none. */
export class TransactOperations {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #rows: Rows;
  readonly #conflicts: Conflicts;
  #tokens = 0;

  constructor(database: Database, catalog: Catalog, rows: Rows, conflicts: Conflicts) {
    this.#database = database;
    this.#catalog = catalog;
    this.#rows = rows;
    this.#conflicts = conflicts;
  }

  /** @param body - the request as it came, by which one that comes again is known */
  write(input: unknown, body: Buffer): object {
    const asked = read(TransactWriteInput, input);
    if (asked.TransactItems.length > most) {
      throw invalid(
        `1 validation error detected: the request has ${asked.TransactItems.length} items, and may have 1 to ${most}`,
      );
    }
    const steps = asked.TransactItems.map((item) => this.#step(item));
    requireOnce(
      steps.map(({ plan }) => plan),
      'Transaction request cannot include multiple operations on one item',
    );
    const meter = new Meter(asked.ReturnConsumedCapacity, true);
    const { ClientRequestToken: token } = asked;
    this.#database.atomically(() => {
      if (token !== undefined && this.#isRepeated(token, body)) {
        for (const { plan } of steps) this.#meterRead(plan, meter);
        return;
      }
      const outcomes = steps.map((step) => this.#outcome(step));
      const reasons = outcomes.map(({ reason }) => reason);
      if (reasons.some((reason) => reason !== none)) throw cancelled(reasons);
      requireFits(outcomes);
      for (const outcome of outcomes) this.#do(outcome, meter);
    });
    for (const { plan } of steps) this.#conflicts.hold(plan.table, plan.key);
    return { ConsumedCapacity: meter.all };
  }

  #step({ Put, Delete, Update, ConditionCheck }: TransactItem): Step {
    const given = Put ?? Delete ?? Update ?? ConditionCheck;
    const count = [Put, Delete, Update, ConditionCheck].filter((one) => one !== undefined).length;
    if (given === undefined || count > 1) {
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    const table = this.#catalog.find(given.TableName);
    const showsOld = given.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    const isCheck = ConditionCheck !== undefined;
    const plan = Put
      ? planPut(table, Put)
      : Update
        ? planUpdate(table, Update)
        : Delete
          ? planDelete(table, Delete)
          : planCheck(table, { Key: {}, ...ConditionCheck });
    return { plan, isCheck, showsOld };
  }

  #outcome(step: Step): Outcome {
    const { plan, showsOld } = step;
    const before = this.#rows.get(plan.table, plan.key);
    const held = this.#conflicts.isHeld(plan.table, plan.key);
    if (held) return { step, before, after: before, reason: conflict };
    if (!plan.allows(before)) {
      const Item = showsOld && before ? { Item: before.item } : {};
      const Message = 'The conditional request failed';
      return {
        step,
        before,
        after: before,
        reason: { Code: 'ConditionalCheckFailed', Message, ...Item },
      };
    }
    try {
      return { step, before, after: plan.after(before), reason: none };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return {
        step,
        before,
        after: before,
        reason: { Code: 'ValidationError', Message: error.message },
      };
    }
  }

  #do({ step: { plan, isCheck }, before, after }: Outcome, meter: Meter): void {
    const { table, key } = plan;
    if (isCheck) meter.read(table, readUnits(before?.size ?? 0, true));
    else this.#rows.write(table, { key, before, after }, meter);
  }

  #meterRead({ table, key }: Plan, meter: Meter): void {
    meter.read(table, readUnits(this.#rows.get(table, key)?.size ?? 0, true));
  }

  /** @throws Refusal - `IdempotentParameterMismatchException` */
  #isRepeated(token: string, body: Buffer): boolean {
    const digest = createHash('sha1').update(body).digest('base64');
    const now = machineTime();
    const row = this.#database
      .prepare('SELECT digest FROM tokens WHERE token = ? AND at > ?')
      .get(token, now - tokenLife);
    if (row?.['digest'] === digest) return true;
    if (row !== undefined) {
      throw new Refusal(
        'IdempotentParameterMismatchException',
        'The request uses the same client token as a previous, but non-identical request.',
      );
    }
    this.#tokens += 1;
    if (this.#tokens % tokensBetween === 0) {
      this.#database.prepare('DELETE FROM tokens WHERE at <= ?').run(now - tokenLife);
    }
    this.#database
      .prepare('INSERT OR REPLACE INTO tokens (token, digest, at) VALUES (?, ?, ?)')
      .run(token, digest, now);
    return false;
  }
}

function requireFits(outcomes: readonly Outcome[]): void {
  const size = outcomes.reduce((sum, { after }) => sum + (after?.size ?? 0), 0);
  if (size > largest)
    throw invalid('Transaction request size has exceeded the maximum allowed size');
}
