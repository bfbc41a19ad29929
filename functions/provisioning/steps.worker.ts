import { timestamp } from '../../regions/calendar.ts';
import { accountIdOf } from '../enrolment/contract.ts';
import { now } from '../runtime/clock.ts';
import { measure } from '../runtime/metric.ts';
import { RetryLater } from '../runtime/queue.ts';
import { region } from '../runtime/region.ts';
import type { Known, ProviderAdapter } from './adapter.ts';
import type { Account, AskedStep, ProviderResult, Retry } from './contract.ts';
import { lateUntilOf, openOf, type Settlement, secondsOfLateness, stillLate } from './rules.ts';
import { monthIn } from './seats.rules.ts';
import type { provisioningStore } from './store.ts';

/** A step has been taken, and this is the account now. */
export interface Ended {
  readonly kind: 'ended';
  readonly account: Account;
}
type Rejected = Extract<Settlement, { readonly kind: 'rejected' }>;

export type Whose = Pick<Account, 'learnerId' | 'providerId'>;
type Ask = <Result extends ProviderResult>(
  whose: Whose,
  request: (adapter: ProviderAdapter) => Promise<Result>,
) => Promise<Exclude<Result, Retry>>;

/**
 * The steps at a provider, each behind a fence: what is asked for is written first, and how it ended only if nobody
 * has asked for something else since.
 *
 * @param ask - asks a learner's provider; throws RetryLater where it did not say
 */
export function stepsAt(accounts: ReturnType<typeof provisioningStore>, ask: Ask) {
  /** Writes how a step ended, and gives the account as it is now; undefined where it has been overtaken. */
  async function keep(ended: Account): Promise<Ended | undefined> {
    const account: Account = { ...ended, changedAt: timestamp(now()) };
    const kept = await accounts.end(account, monthIn(region, now()));
    return kept ? { kind: 'ended', account } : undefined;
  }

  /** The account as it stands before a step, and what of it outlives the step. */
  async function begin(step: AskedStep, whose: Whose, seen: Account | undefined) {
    const { remoteId, lateUntil } = seen ?? {};
    const moment = now();
    // A deletion that comes late does no harm; anything else may come about unasked.
    const late = step === 'delete' ? lateUntil : lateUntilOf(moment);
    const begun = await accounts.begin(
      { ...whose, remoteId, lateUntil: late },
      step,
      seen,
      monthIn(region, moment),
    );
    if (begun === undefined) return undefined;
    const { fence, seatsCounted } = begun;
    // A request that was lost may have made another account since the one that we knew went.
    const certain = lateUntil === undefined ? remoteId : undefined;
    const known: Known = {
      accountId: accountIdOf(whose.learnerId, whose.providerId),
      remoteId: certain,
      lastRemoteId: remoteId,
      fence,
    };
    // What can come late no more has come by the time that this is answered, and is found.
    const answered = { ...whose, asked: step, fence, seatsCounted };
    return { begun, known, answered: { ...answered, lateUntil: stillLate(lateUntil, moment) } };
  }

  /**
   * Keeps that the provider, or a person, tells how it ends: this request was answered, and only an earlier one may still
   * come about unasked. Not kept where that was told before we came to write this.
   */
  async function leaveOpen(
    begun: Account,
    lateUntil: string | undefined,
    result: Extract<ProviderResult, { readonly kind: 'accepted' | 'person' }>,
  ): Promise<undefined> {
    const kept = await keep({ ...begun, lateUntil, open: openOf(result, now()) });
    if (kept !== undefined && result.kind === 'person') measure({ TasksOpened: 1 });
  }

  async function make(
    whose: Whose,
    seen: Account | undefined,
  ): Promise<Ended | Rejected | undefined> {
    const step = await begin('create', whose, seen);
    if (step === undefined) return undefined;
    const { begun, known, answered } = step;
    const mayExist = seen !== undefined && seen.state !== 'absent';
    const result = await ask(whose, (adapter) => adapter.create(known, mayExist));
    switch (result.kind) {
      case 'done':
        return keep({ ...answered, state: 'present', remoteId: result.remoteId });
      case 'rejected':
        return (await keep({ ...answered, state: 'absent' })) ? result : undefined;
      case 'accepted':
      case 'person':
        return leaveOpen(begun, answered.lateUntil, result);
    }
  }

  /** Suspends or resumes; for certain only when no lost request can undo it any more. */
  async function change(
    asked: 'suspend' | 'resume',
    whose: Whose,
    seen: Account | undefined,
  ): Promise<Ended | undefined> {
    const step = await begin(asked, whose, seen);
    if (step === undefined) return undefined;
    const { begun, known, answered } = step;
    const result = await ask(whose, (adapter) => adapter[asked](known));
    if (result.kind !== 'done') return leaveOpen(begun, answered.lateUntil, result);
    if (result.remoteId === undefined) return keep({ ...answered, state: 'absent' });
    const seconds = secondsOfLateness(answered.lateUntil, now());
    const changed = asked === 'suspend' ? 'suspended' : 'present';
    const state = seconds > 0 ? 'changing' : changed;
    const ended = await keep({ ...answered, state, remoteId: result.remoteId });
    if (seconds > 0) throw new RetryLater('may-still-come', seconds);
    return ended;
  }

  /** There is no account now; for certain only when no lost request can make one any more. */
  async function end(whose: Whose, seen: Account | undefined): Promise<Ended | undefined> {
    const step = await begin('delete', whose, seen);
    if (step === undefined) return undefined;
    const { begun, known, answered } = step;
    const result = await ask(whose, (adapter) => adapter.end(known));
    if (result.kind !== 'done') return leaveOpen(begun, answered.lateUntil, result);
    const seconds = secondsOfLateness(answered.lateUntil, now());
    const ended = await keep({ ...answered, state: seconds > 0 ? 'deleting' : 'absent' });
    if (seconds > 0) throw new RetryLater('may-still-come', seconds);
    return ended;
  }

  /**
   * Takes a step: what the account is now, or that the provider rejected it. Undefined where the rows have to be looked at
   * anew: it was left open, or something else was asked for meanwhile.
   *
   * @throws {RetryLater} the provider did not say, or what it said may still be undone
   */
  return (step: AskedStep, whose: Whose, seen: Account | undefined) => {
    switch (step) {
      case 'create':
        return make(whose, seen);
      case 'suspend':
      case 'resume':
        return change(step, whose, seen);
      case 'delete':
        return end(whose, seen);
    }
  };
}
