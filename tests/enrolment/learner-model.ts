import type { Temporal } from 'temporal-polyfill';
import {
  endMoved,
  fallDue,
  followApproval,
  relocate,
} from '../../functions/enrolment/approval.rules.ts';
import type { Change, Seat, SeatList } from '../../functions/enrolment/change.contract.ts';
import {
  type Approval,
  type EndedPlace,
  type PlaceId,
  Places,
} from '../../functions/enrolment/contract.ts';
import { seated } from '../../functions/enrolment/place.rules.ts';
import { type choose, giveBack } from '../../functions/enrolment/rules.ts';
import { lotsOf, type SeatsSeen, seatPlan } from '../../functions/enrolment/seats.rules.ts';
import { join, leave, mayWait, offerSeat } from '../../functions/enrolment/waiting.rules.ts';
import { timestamp } from '../../regions/calendar.ts';
import { AreaId, type Region } from '../../regions/schema.ts';
import { seatsHeld } from './learners.ts';
import { approval, approved, wish } from './places.ts';

/** Longer than most journeys, and not than all. */
const validUntil = '2025-07-02';

/** One learner's row as the rules make it, with the counters that its changes write. */
export class LearnerModel {
  row: Places = approved({ approval: undefined });
  /** Seats taken, by provider, area and lot; others hold some. */
  readonly seats = new Map<string, number>();
  /** How many wait, by provider and area. */
  readonly queues = new Map<string, number>();
  readonly ended: EndedPlace[] = [];
  now: Temporal.Instant;
  readonly #region: Region;
  #approvals = 0;

  constructor(region: Region, now: Temporal.Instant) {
    this.#region = region;
    this.now = now;
  }

  /** Has the approval renewed, perhaps for another stage, moved, suspended, resumed or ended, as the stream brings it. */
  approve(areaId: string, state: Approval['state'], stage: string): void {
    this.#approvals += state === 'holds' && this.row.approval?.state === 'ended' ? 1 : 0;
    const applicationId = `app_${String(this.#approvals).padStart(26, '0')}`;
    const changedAt = timestamp(this.now.add({ milliseconds: this.row.version }));
    const brought = approval({ applicationId, areaId, state, stage, changedAt, validUntil });
    this.#change(followApproval(this.#region, this.row, brought, this.now));
    for (;;) {
      const relocation = relocate(this.#region, this.row, this.now);
      if (relocation === undefined) return;
      const { placeId, keeping } = relocation;
      if (!this.#change(keeping)) {
        this.#change(endMoved(this.#region, this.row, placeId, this.now));
      }
    }
  }

  choose(decide: typeof choose, placeId: PlaceId, providerId: string): void {
    const choice = decide(this.#region, this.row, wish(placeId, providerId), this.now);
    if (choice.kind === 'chosen') this.#change(choice.change);
  }

  join(placeId: PlaceId, providerId: string): void {
    const asked = wish(placeId, providerId);
    const joining = mayWait(this.#region, this.row, asked, this.now);
    if (joining.kind !== 'allowed') return;
    const seats = this.#seatsSeen(joining.lots);
    const change = join(this.#region, this.row, placeId, joining.lots, seats, this.now);
    if (!('code' in change)) this.#change(change);
  }

  promote(placeId: PlaceId): void {
    const wait = this.row.waits[placeId];
    const provider = this.#region.providers.find(({ id }) => id === wait?.providerId);
    const lots = wait && provider && lotsOf(provider, wait.areaId);
    if (wait === undefined || lots === undefined) return;
    const entry = { ...wait, learnerId: this.row.learnerId, placeId };
    const offer = offerSeat(this.#region, this.row, entry, lots.capacities, this.now);
    if (offer !== undefined) this.#change(offer);
  }

  /** Others take so many of the seats, or give them back; they keep to the same rules. */
  others(providerId: string, by: number): void {
    const provider = this.#region.providers.find(({ id }) => id === providerId);
    const lots = provider && lotsOf(provider, AreaId.parse('river'));
    if (lots === undefined) return;
    const { used } = this.#seatsSeen(lots);
    const mine = seatsHeld([this.row], providerId);
    const taken = Math.max(mine, Math.min((used[0] ?? 0) + by, lots.capacities[0] ?? 0));
    this.seats.set(`${providerId} river 0`, taken);
  }

  /** Writes a change as the store does: all of it or, where no seat is free, nothing. */
  #change(change: Change | undefined): boolean {
    if (change === undefined) return false;
    const { take, freed } = change;
    let { next } = change;
    if (take !== undefined) {
      const plan = seatPlan(take, this.#seatsSeen(take), 0);
      const [claim] = plan.kind === 'try' ? plan.claims : [];
      if (claim === undefined) return false;
      this.#count(lotOf({ ...take, ...claim }), 1);
      next = seated(change, take, claim.lot);
    }
    for (const seat of freed) this.#count(lotOf(seat), -1);
    for (const entry of change.joins) this.#queue(entry, 1);
    for (const entry of change.leaves) this.#queue(entry, -1);
    this.ended.push(...change.ended);
    this.keep(next);
    return true;
  }

  #seatsSeen(list: SeatList): SeatsSeen {
    const used = [0, 1, 2].map((lot) => this.seats.get(lotOf({ ...list, lot })) ?? 0);
    return { used, waiting: this.queues.get(queueOf(list)) ?? 0 };
  }

  fallDue(): void {
    const { dueAt } = this.row;
    if (dueAt === undefined || dueAt > timestamp(this.now)) return;
    this.#change(fallDue(this.#region, this.row, this.now));
  }

  giveBack(placeId: PlaceId): void {
    this.#change(giveBack(this.#region, this.row, placeId, this.now));
  }

  stopWaiting(placeId: PlaceId): void {
    this.#change(leave(this.#region, this.row, placeId, this.now));
  }

  /** Writes the row. */
  protected keep(next: Places): void {
    this.row = Places.parse({ ...next, version: this.row.version + 1 });
  }

  #count(lot: string, change: number): void {
    this.seats.set(lot, (this.seats.get(lot) ?? 0) + change);
  }

  #queue(list: SeatList, change: number): void {
    this.queues.set(queueOf(list), (this.queues.get(queueOf(list)) ?? 0) + change);
  }
}

const lotOf = ({ providerId, areaId, lot }: Seat) => `${providerId} ${areaId} ${lot}`;
const queueOf = ({ providerId, areaId }: SeatList) => `${providerId} ${areaId}`;
