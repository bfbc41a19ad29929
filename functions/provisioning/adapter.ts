import type { AccountId } from '../enrolment/contract.ts';
import type { FoundResult, ProviderResult } from './contract.ts';

/** An account as a provider is told of it. */
export interface Known {
  readonly accountId: AccountId;
  /** The provider's own id, where it told one and nothing has made it doubtful. */
  readonly remoteId: string | undefined;
  /** Rises with each request that is begun: of two that arrive, the higher is the newer. */
  readonly fence: number;
}

/** What every kind of provider can do. Doing any of it twice is the same as doing it once. */
export interface ProviderAdapter {
  /**
   * Makes the account, or finds the one that an earlier call made.
   *
   * @param mayExist - an earlier call was begun and its answer is not known: look before making
   */
  create(known: Known, mayExist: boolean): Promise<ProviderResult>;
  /**
   * Keeps the account from being used, or lets it be used again: the same account, with all that its learner
   * did there (edge case 21). `done` without a `remoteId`: there is no such account.
   */
  suspend(known: Known): Promise<FoundResult>;
  resume(known: Known): Promise<FoundResult>;
  /** Ends the account; that there is none is as good (edge case 22). */
  end(known: Known): Promise<FoundResult>;
}
