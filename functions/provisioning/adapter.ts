import type { AccountId, Failure } from '../enrolment/contract.ts';

/** How a provider answered: a closed set, whatever it speaks. */
export type ProviderResult =
  /** It is as asked for; `remoteId` is the provider's own id, where there is an account. */
  | { readonly kind: 'done'; readonly remoteId?: string | undefined }
  /** It will never be: the account's enrolment fails with this reason. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** Not now; after so many seconds where the provider said so. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterSeconds?: number | undefined };

/** How it answered about an account that it has, or has not: nothing to refuse. */
export type FoundResult = Exclude<ProviderResult, { readonly kind: 'refused' }>;

/** What every kind of provider can do. Doing any of it twice is the same as doing it once. */
export interface ProviderAdapter {
  /**
   * Makes the account, or finds the one that an earlier call made.
   *
   * @param mayExist - an earlier call was begun and its answer is not known: look before making
   */
  create(accountId: AccountId, mayExist: boolean): Promise<ProviderResult>;
  /**
   * Keeps the account from being used, or lets it be used again: the same account, with all that its learner
   * did there (edge case 21). Without a `remoteId` in the answer there is no such account.
   */
  suspend(accountId: AccountId, remoteId: string | undefined): Promise<FoundResult>;
  resume(accountId: AccountId, remoteId: string | undefined): Promise<FoundResult>;
  /** Ends the account; that there is none is as good (edge case 22). */
  end(accountId: AccountId, remoteId: string | undefined): Promise<FoundResult>;
}
