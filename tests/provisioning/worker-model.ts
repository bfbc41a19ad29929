import { Temporal } from 'temporal-polyfill';
import type { Places } from '../../functions/enrolment/contract.ts';
import type { Account } from '../../functions/provisioning/contract.ts';
import {
  lateUntilOf,
  nextStep,
  type Settlement,
  secondsOfLateness,
  stillLate,
} from '../../functions/provisioning/rules.ts';
import type { ProviderId } from '../../regions/schema.ts';
import type { ProviderAnswer, ProviderModel } from './provider-model.ts';

/** What a worker knows after a round, about the row that it acted on. */
export interface FoundOut {
  readonly providerId: ProviderId;
  readonly seen: Places;
  readonly settlement: Settlement;
}

/** The rounds of `account.worker.ts` for one learner at one provider, with rules that are the real ones. */
export class WorkerModel {
  readonly #providerId: ProviderId;
  readonly #provider: ProviderModel;
  #account: Account | undefined;

  constructor(providerId: ProviderId, provider: ProviderModel) {
    this.#providerId = providerId;
    this.#provider = provider;
  }

  /** One round; undefined where another has to follow. */
  round(seen: Places, answer: ProviderAnswer, now: Temporal.Instant): FoundOut | undefined {
    const found = (settlement: Settlement) => ({ providerId: this.#providerId, seen, settlement });
    switch (nextStep(seen, this.#providerId, this.#account, now)) {
      case 'wait':
        throw new Error('this provider says at once how it ended');
      case 'nothing':
        return found({ kind: 'done' });
      case 'suspend':
        this.#change(seen, false, answer, now);
        return undefined;
      case 'resume':
        this.#change(seen, true, answer, now);
        return undefined;
      case 'delete':
        this.#delete(seen, answer, now);
        return undefined;
      case 'create': {
        const refused = this.#create(seen, answer, now);
        return refused ? found({ kind: 'rejected', failure: 'provider-rejected' }) : undefined;
      }
    }
  }

  #create({ learnerId }: Places, answer: ProviderAnswer, now: Temporal.Instant): boolean {
    const before = this.#account;
    const whose = { learnerId, providerId: this.#providerId, fence: 1 };
    const lateUntil = lateUntilOf(now);
    this.#account = { ...whose, state: 'creating', remoteId: before?.remoteId, lateUntil };
    // Whoever refuses an account has not made it and will not, however late.
    const refused =
      answer === 'refused' && this.#provider.account === undefined && !this.#provider.isLate;
    if (!refused && !this.#answered(answer, now, () => this.#provider.create())) return false;
    const known = { ...whose, lateUntil: stillLate(before?.lateUntil, now) };
    this.#account = refused
      ? { ...known, state: 'absent' }
      : { ...known, state: 'present', remoteId: this.#provider.create() };
    return refused;
  }

  #change({ learnerId }: Places, active: boolean, answer: ProviderAnswer, now: Temporal.Instant) {
    const { remoteId, lateUntil } = this.#account ?? {};
    const whose = { learnerId, providerId: this.#providerId, fence: 1 };
    this.#account = { ...whose, state: 'changing', remoteId, lateUntil: lateUntilOf(now) };
    const known = lateUntil === undefined ? remoteId : undefined;
    const target = known ?? this.#provider.account;
    if (!this.#answered(answer, now, () => this.#provider.setActive(target, active))) return;
    const answered = { ...whose, lateUntil: stillLate(lateUntil, now) };
    if (target === undefined || target !== this.#provider.account) {
      this.#account = { ...answered, state: 'absent' };
      return;
    }
    const may = secondsOfLateness(lateUntil, now) > 0;
    const changed = active ? 'present' : 'suspended';
    this.#account = { ...answered, state: may ? 'changing' : changed, remoteId: target };
  }

  #delete({ learnerId }: Places, answer: ProviderAnswer, now: Temporal.Instant): void {
    const { remoteId, lateUntil } = this.#account ?? {};
    const whose = { learnerId, providerId: this.#providerId, fence: 1 };
    const account: Account = { ...whose, state: 'deleting', remoteId, lateUntil };
    this.#account = account;
    const known = lateUntil === undefined ? remoteId : undefined;
    const target = known ?? this.#provider.account;
    if (!this.#answered(answer, now, () => this.#provider.remove(target))) return;
    const { remoteId: _, ...answered } = account;
    const may = secondsOfLateness(lateUntil, now) > 0;
    const late = stillLate(lateUntil, now);
    this.#account = { ...answered, lateUntil: late, state: may ? 'deleting' : 'absent' };
  }

  /** Has the provider work as the answer says; whether it was heard. */
  #answered(answer: ProviderAnswer, now: Temporal.Instant, work: () => void): boolean {
    if (answer === 'late') this.#provider.delay(work, Temporal.Instant.from(lateUntilOf(now)));
    else if (answer !== 'lost-before-work') work();
    return answer === 'done' || answer === 'refused';
  }
}
