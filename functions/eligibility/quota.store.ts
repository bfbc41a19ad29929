import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { AnsweredBefore } from '../runtime/idempotency.ts';
import type { Application } from './contract.ts';
import { unboundedLot } from './lots.rules.ts';
import { lotsStore } from './lots.store.ts';
import { holdsApproval, holdsPlace, waitlisted } from './quota.rules.ts';
import { putApplication, putCurrent, putPointer, type Versioned } from './rows.store.ts';
import { eligibilityStore } from './store.ts';
import { waitlistStore } from './waitlist.store.ts';

/** How keeping an approval ended; `kept` says as what: approved, or waiting for a place. */
export type KeptApproval =
  | { readonly kind: 'kept'; readonly application: Application; readonly version: number }
  | { readonly kind: 'changed-meanwhile' }
  | { readonly kind: 'standing' };

/** An approval to keep. */
export interface Approving {
  /** The application as it was decided, in the state `approved`. */
  readonly decided: Application;
  /** The version that the decision was made on; undefined for a new application. */
  readonly seen: number | undefined;
  /** The lots of the area's quota (`quotaToday`); undefined where there is none. */
  readonly capacities: readonly number[] | undefined;
  /** The region's day. */
  readonly today: string;
  /** Checks and writes of what the decision rests on beside the application; refused: `changed-meanwhile`. */
  readonly rests?: readonly TransactItem[];
  /** What goes into the same transaction, given how it is kept: the remembered answer, notices, audit. */
  readonly also: (kept: Application) => readonly TransactItem[];
}

/** An application that goes to another area: what becomes of it with a place there, and without one. */
export interface Moving extends Pick<Approving, 'capacities' | 'today' | 'also'> {
  readonly seen: Versioned;
  readonly placed: Application;
  readonly unplaced: Application;
}

/** What an approval found of its area's quota. */
type Found =
  /** Counted all the same, for the day on which a quota begins. */
  | { readonly kind: 'unbounded'; readonly lot: number }
  /** Held already, by itself or by the approval that it renews. */
  | { readonly kind: 'held'; readonly lot: number }
  | { readonly kind: 'lot'; readonly lot: number; readonly capacities: readonly number[] }
  | { readonly kind: 'none' };

/** Times that a write is made anew because what it rested on changed meanwhile. */
const attempts = 8;

/** Places in the areas' quotas, and who waits for one; `table` is the eligibility table's name. */
export function quotaStore(table: string) {
  const lots = lotsStore(table);
  const list = waitlistStore(table);
  const applications = eligibilityStore(table);

  /**
   * Keeps an approval with a place in its area's quota, or where none is left, or others wait before it, with an
   * entry in the waiting list: everything in one transaction. Who renews takes over the place of the approval
   * that ends by it. Of those who are decided in the same instant as a place is freed, one may get it while
   * another, whose entry is being written, waits. Capacity: 2 read units; 10 write units in 1 request and what
   * `also` costs.
   *
   * @throws {AnsweredBefore} one of `also` was refused: the claim of the request was answered meanwhile
   * @throws {Busy} others changed the same rows all the time; nothing was done
   */
  async function keepApproval(approving: Approving): Promise<KeptApproval> {
    const { decided, capacities } = approving;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const old = await renewedBy(decided);
      // Its months were counted from the end of an approval that has ended meanwhile.
      if (decided.countsFrom !== undefined && old === undefined)
        return { kind: 'changed-meanwhile' };
      for (const found of await placesFor(decided, capacities, old?.application)) {
        const outcome = await keepAs(approving, old, found);
        if (outcome === 'anew') break;
        if (outcome !== 'lot-full') return outcome;
      }
    }
    throw new Busy();
  }

  /** The approval that ends by this one, where it still holds. */
  async function renewedBy({ renews }: Application): Promise<Versioned | undefined> {
    const old = renews === undefined ? undefined : await applications.read(renews);
    return old !== undefined && holdsPlace(old.application.state) ? old : undefined;
  }

  /** Where an application may find its place, in the order to try. */
  async function placesFor(
    application: Application,
    capacities: readonly number[] | undefined,
    old: Application | undefined,
  ): Promise<readonly Found[]> {
    const { areaId } = application;
    const lot = application.lot ?? (old?.areaId === areaId ? old.lot : undefined);
    if (lot !== undefined) return [{ kind: 'held', lot }];
    if (capacities === undefined) return [{ kind: 'unbounded', lot: unboundedLot(Math.random()) }];
    const open = await lots.lotsWithRoom(areaId, capacities);
    if (open.length === 0 || (await list.isBehind(application))) return [{ kind: 'none' }];
    return open.map((found) => ({ kind: 'lot', lot: found, capacities }));
  }

  async function keepAs(
    { decided, seen, today, rests = [], also }: Approving,
    old: Versioned | undefined,
    found: Found,
  ): Promise<KeptApproval | 'lot-full' | 'anew'> {
    const application = found.kind === 'none' ? waitlisted(decided) : withLot(decided, found);
    const own = [
      putApplication(table, application, seen),
      putCurrent(table, application, today),
      ...(seen === undefined ? [putPointer(table, application)] : []),
    ];
    const place = placeItems(found, application);
    const rest = also(application);
    const ending =
      old === undefined || found.kind === 'none' ? [] : await renewed(old, application);
    const written = await transact([...own, ...place, ...rest, ...ending, ...rests]);
    if (written.done) return { kind: 'kept', application, version: (seen ?? 0) + 1 };
    const first = own.length + place.length;
    if (written.failed.some((item) => item >= first && item < first + rest.length))
      throw new AnsweredBefore();
    const last = first + rest.length + ending.length;
    if (written.failed.some((item) => item === 0 || item >= last))
      return { kind: 'changed-meanwhile' };
    if (written.failed.includes(1)) return { kind: 'standing' };
    return written.failed.includes(own.length) && place.length > 0 ? 'lot-full' : 'anew';
  }

  function placeItems(found: Found, application: Application): readonly TransactItem[] {
    switch (found.kind) {
      case 'unbounded':
        return [lots.count(application.areaId, found.lot)];
      case 'held':
        return [];
      case 'lot':
        return [lots.take(application.areaId, found.lot, found.capacities)];
      case 'none':
        return application.state === 'waitlisted' ? [list.enter(application)] : [];
    }
  }

  /** Ends what was renewed; its place goes back unless it was handed over. */
  async function renewed(
    { application, version }: Versioned,
    by: Application,
  ): Promise<readonly TransactItem[]> {
    const { lot, graceUntil, waitingFor, claim, ...rest } = application;
    const { areaId } = rest;
    const ended: Application = { ...rest, state: 'ended', because: 'renewed' };
    const handedOver = by.lot === lot && by.areaId === areaId;
    const back =
      lot === undefined || handedOver
        ? []
        : [lots.release(areaId, await lots.lotToRelease(areaId, lot))];
    return [putApplication(table, { ...ended, changedAt: by.changedAt }, version), ...back];
  }

  /**
   * What has to be in the transaction of a change that takes no place, and the application as it is then: a place
   * may go back, the waiting list be left, an approval end that an offer renews; one that a release before approved in an
   * area without a quota is counted. Capacity: 1 read unit where there is something; 2 write units for each.
   */
  async function freeing(
    seen: Versioned,
    next: Application,
  ): Promise<{ readonly next: Application; readonly also: readonly TransactItem[] }> {
    const { state, areaId, lot } = seen.application;
    if (state === 'waitlisted' && next.state !== 'waitlisted')
      return { next, also: [list.leave(seen.application)] };
    if (holdsPlace(next.state)) {
      const old = state === 'offered' ? await renewedBy(next) : undefined;
      const begins = old !== undefined && next.state === 'approved';
      if (begins) return { next, also: await renewed(old, next) };
      if (lot !== undefined || !holdsApproval(state)) return { next, also: [] };
      const counted = { ...next, lot: unboundedLot(Math.random()) };
      return { next: counted, also: [lots.count(areaId, counted.lot)] };
    }
    if (lot === undefined) return { next, also: [] };
    const { lot: _, ...without } = next;
    return { next: without, also: [lots.release(areaId, await lots.lotToRelease(areaId, lot))] };
  }

  /**
   * Keeps a change that takes no place (`freeing`), of an application that need not be the one that counts for its
   * learner. Capacity: 2 read units; 6 to 8 write units in 1 request and what `also` costs.
   *
   * @returns it as it is now; undefined where it, or what it rests on, is no longer as it was seen
   */
  async function keepChange(
    seen: Versioned,
    changed: Application,
    today: string,
    also: readonly TransactItem[],
  ): Promise<Versioned | undefined> {
    const { next, also: freed } = await freeing(seen, changed);
    if (seen.application.state === 'offered' && next.countsFrom && !freed.length) return undefined;
    const written = await transact([
      putApplication(table, next, seen.version),
      ...(await applications.currentItems(next, today)),
      ...also,
      ...freed,
    ]);
    return written.done ? { application: next, version: seen.version + 1 } : undefined;
  }

  /**
   * Moves an application to another area (edge case 14): its place in the old one goes back, or its entry in the
   * list, and it takes a place in the new one, or is `unplaced` where there is none. Capacity: 4 read units; 10
   * write units in 1 request and what `also` costs.
   *
   * @returns what it became; undefined where it is no longer as it was seen
   */
  async function keepMoved(moving: Moving): Promise<Application | undefined> {
    const { seen, capacities, today, also } = moving;
    const { lot: _, ...placed } = moving.placed;
    for (const found of await placesFor(placed, capacities, undefined)) {
      const next = found.kind === 'none' ? moving.unplaced : withLot(placed, found);
      const { also: freed } = await freeing(seen, { ...next, state: 'ended' });
      const written = await transact([
        putApplication(table, next, seen.version),
        ...(await applications.currentItems(next, today)),
        ...freed,
        ...placeItems(found, next),
        ...also(next),
      ]);
      if (written.done) return next;
    }
    return undefined;
  }

  return {
    readLots: lots.readLots,
    positionOf: list.positionOf,
    keepApproval,
    freeing,
    keepChange,
    keepMoved,
  };
}

function withLot(application: Application, found: Found): Application {
  return found.kind === 'none' ? application : { ...application, lot: found.lot };
}
