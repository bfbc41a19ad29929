import type { AccountId } from '../enrolment/contract.ts';
import type { FoundResult, MadeResult, Retry } from './contract.ts';
import type { ListedPage } from './reconciliation.contract.ts';

/** Makes a request when it may be made. */
export type Turn = <Result>(request: () => Promise<Result>) => Promise<Result>;

/** Where nothing is said of turns: at once. */
export const atOnce: Turn = (request) => request();

/** An account as a provider is told of it. */
export interface Known {
  readonly accountId: AccountId;
  /** The provider's own id, where it told one and nothing has made it doubtful. */
  readonly remoteId: string | undefined;
  /** The one that it told last, doubtful or not; absent: it never told one. */
  readonly lastRemoteId?: string | undefined;
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
  create(known: Known, mayExist: boolean): Promise<MadeResult>;
  /**
   * Keeps the account from being used, or lets it be used again: the same account, with all that its learner
   * did there (edge case 21). `done` without a `remoteId`: there is no such account.
   */
  suspend(known: Known): Promise<FoundResult>;
  resume(known: Known): Promise<FoundResult>;
  /** Ends the account; that there is none is as good (edge case 22). */
  end(known: Known): Promise<FoundResult>;
  /**
   * One page of the accounts that the provider has, whosever they are; absent where it can list none. While accounts come
   * and go, one may be missing and another there twice.
   *
   * @param cursor - `next` of the page before
   */
  list?(cursor: string | undefined): Promise<ListedPage | Retry>;
}
