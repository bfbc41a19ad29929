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
  /** Writes how a step ended; false where it has been overtaken. */
  const keep = (ended: Account) =>
    accounts.end({ ...ended, changedAt: timestamp(now()) }, monthIn(region, now()));

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
    if (kept && result.kind === 'person') measure({ TasksOpened: 1 });
  }

  async function make(whose: Whose, seen: Account | undefined): Promise<Settlement | undefined> {
    const step = await begin('create', whose, seen);
    if (step === undefined) return undefined;
    const { begun, known, answered } = step;
    const mayExist = seen !== undefined && seen.state !== 'absent';
    const result = await ask(whose, (adapter) => adapter.create(known, mayExist));
    switch (result.kind) {
      case 'done':
        await keep({ ...answered, state: 'present', remoteId: result.remoteId });
        return undefined;
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
  ): Promise<undefined> {
    const step = await begin(asked, whose, seen);
    if (step === undefined) return undefined;
    const { begun, known, answered } = step;
    const result = await ask(whose, (adapter) => adapter[asked](known));
    if (result.kind !== 'done') return leaveOpen(begun, answered.lateUntil, result);
    if (result.remoteId === undefined) {
      await keep({ ...answered, state: 'absent' });
      return undefined;
    }
    const seconds = secondsOfLateness(answered.lateUntil, now());
    const changed = asked === 'suspend' ? 'suspended' : 'present';
    const state = seconds > 0 ? 'changing' : changed;
    await keep({ ...answered, state, remoteId: result.remoteId });
    if (seconds > 0) throw new RetryLater('may-still-come', seconds);
  }

  /** There is no account now; for certain only when no lost request can make one any more. */
  async function end(whose: Whose, seen: Account | undefined): Promise<undefined> {
    const step = await begin('delete', whose, seen);
    if (step === undefined) return undefined;
    const { begun, known, answered } = step;
    const result = await ask(whose, (adapter) => adapter.end(known));
    if (result.kind !== 'done') return leaveOpen(begun, answered.lateUntil, result);
    const seconds = secondsOfLateness(answered.lateUntil, now());
    await keep({ ...answered, state: seconds > 0 ? 'deleting' : 'absent' });
    if (seconds > 0) throw new RetryLater('may-still-come', seconds);
  }

  /**
   * Takes a step. Undefined unless the provider rejected: what the step has brought about is judged by the next
   * round, for the places may want something else by now.
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
