import type { Temporal } from 'temporal-polyfill';
import type { Approval, PlaceId, Places } from '../../functions/enrolment/contract.ts';
import { wantedOf } from '../../functions/enrolment/place.rules.ts';
import { choose, switchProvider } from '../../functions/enrolment/rules.ts';
import {
  messagesFor,
  postponed,
  settle,
  unsettledProviders,
} from '../../functions/provisioning/rules.ts';
import { timestamp } from '../../regions/calendar.ts';
import { ProviderId, type Region } from '../../regions/schema.ts';
import { LearnerModel } from '../enrolment/learner-model.ts';
import { type ProviderAnswer, ProviderModel } from './provider-model.ts';
import { type FoundOut, WorkerModel } from './worker-model.ts';

/** What can happen next, in any order and any number of times. */
export type Command =
  | {
      readonly kind: 'approve';
      readonly areaId: string;
      readonly state: Approval['state'];
      readonly stage: string;
    }
  | {
      readonly kind: 'choose' | 'switch' | 'join';
      readonly placeId: PlaceId;
      readonly providerId: string;
    }
  | { readonly kind: 'giveBack' | 'stopWaiting' | 'promote'; readonly placeId: PlaceId }
  /** Others take seats of the same provider, or give them back. */
  | { readonly kind: 'others'; readonly providerId: string; readonly by: number }
  /** The job looks at the learner, if the row is due. */
  | { readonly kind: 'fallDue' }
  /** A worker takes up a provider's message: one round, without writing to the learner's row yet. */
  | { readonly kind: 'work'; readonly providerId: string; readonly answer: ProviderAnswer }
  /** A worker writes back what it found out, if the row is still the one that it acted on. */
  | { readonly kind: 'writeBack' }
  /** A provider does what it was asked long ago and never answered. */
  | { readonly kind: 'catchUp'; readonly providerId: string }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'wait'; readonly minutes: number };

/** One learner's journey: the row and the accounts as rules make them, and what providers really hold. */
export class Journey extends LearnerModel {
  /** Providers with a message that no worker has taken up yet. */
  readonly messages = new Set<ProviderId>();
  readonly providers = new Map<ProviderId, ProviderModel>();
  readonly #workers = new Map<ProviderId, WorkerModel>();
  #foundOut: FoundOut | undefined;

  constructor(region: Region, now: Temporal.Instant) {
    super(region, now);
    for (const { id } of region.providers) {
      const provider = new ProviderModel();
      this.providers.set(id, provider);
      this.#workers.set(id, new WorkerModel(id, provider));
    }
  }

  run(command: Command): void {
    switch (command.kind) {
      case 'approve':
        this.approve(command.areaId, command.state, command.stage);
        break;
      case 'choose':
        this.choose(choose, command.placeId, command.providerId);
        break;
      case 'switch':
        this.choose(switchProvider, command.placeId, command.providerId);
        break;
      case 'join':
        this.join(command.placeId, command.providerId);
        break;
      case 'giveBack':
        this.giveBack(command.placeId);
        break;
      case 'stopWaiting':
        this.stopWaiting(command.placeId);
        break;
      case 'promote':
        this.promote(command.placeId);
        break;
      case 'others':
        this.others(command.providerId, command.by);
        break;
      case 'fallDue':
        this.fallDue();
        break;
      case 'work':
        this.#work(ProviderId.parse(command.providerId), command.answer);
        break;
      case 'writeBack':
        this.#writeBack();
        break;
      case 'catchUp':
        this.providers.get(ProviderId.parse(command.providerId))?.catchUp();
        break;
      case 'sweep':
        this.#sweep();
        break;
      case 'wait':
        this.now = this.now.add({ minutes: command.minutes });
        for (const provider of this.providers.values()) provider.forget(this.now);
    }
  }

  /** What workers bring about when nothing happens any more, providers answer, and late requests have come. */
  comeToRest(): void {
    this.#foundOut = undefined;
    for (let round = 0; round < 20 && unsettledProviders(this.row).length > 0; round += 1) {
      for (const providerId of unsettledProviders(this.row)) {
        this.#work(providerId, 'done');
        this.#writeBack();
        this.providers.get(providerId)?.catchUp();
      }
      if (round % 4 === 3) this.run({ kind: 'wait', minutes: 15 });
    }
  }

  /** Providers that have an account of the learner. */
  get live(): readonly ProviderId[] {
    return [...this.providers].flatMap(([id, { account }]) => (account === undefined ? [] : [id]));
  }

  /** Providers at which some place wants an account, and those of them where it is to be usable. */
  get wanted(): readonly ProviderId[] {
    return [...this.providers.keys()].filter((id) => wantedOf(this.row, id) !== 'none');
  }

  #work(providerId: ProviderId, answer: ProviderAnswer): void {
    this.messages.delete(providerId);
    this.#foundOut = this.#workers.get(providerId)?.round(this.row, answer, this.now);
    // What is not found out in this round is in the next.
    if (this.#foundOut === undefined) this.messages.add(providerId);
  }

  #writeBack(): void {
    if (this.#foundOut === undefined) return;
    const { providerId, seen, settlement } = this.#foundOut;
    this.#foundOut = undefined;
    if (seen.version !== this.row.version) {
      // The worker begins anew from the rows.
      this.messages.add(providerId);
      return;
    }
    const next = settle(seen, providerId, settlement);
    if (next !== undefined) this.keep(next);
  }

  #sweep(): void {
    const { sweepDue } = this.row;
    if (sweepDue === undefined || sweepDue > timestamp(this.now)) return;
    for (const providerId of unsettledProviders(this.row)) this.messages.add(providerId);
    this.keep(postponed(this.row, this.now));
  }

  protected override keep(next: Places): void {
    const before = this.row;
    super.keep(next);
    for (const { providerId } of messagesFor(before, this.row)) this.messages.add(providerId);
  }
}
