import type { AccountId, Failure } from '../enrolment/contract.ts';
import type { CaseReason } from './contract.ts';

/** How a provider answered: a closed set, whatever it speaks. */
export type ProviderResult =
  /** It is as asked for; `remoteId` is the provider's own id, where there is an account. */
  | { readonly kind: 'done'; readonly remoteId?: string | undefined }
  /** It will be seen to; the provider tells when, or is asked again. */
  | { readonly kind: 'accepted' }
  /** It will never be: the account's enrolment fails with this reason. */
  | { readonly kind: 'rejected'; readonly failure: Failure }
  /** Not now; after so many seconds where the provider said so. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterSeconds?: number | undefined }
  /** No program can say what is right: somebody has to look, and tells how it ended. */
  | { readonly kind: 'person'; readonly reason: CaseReason };

/** That it did not say. */
export type Retry = Extract<ProviderResult, { readonly kind: 'retry' }>;

/** How it answered about an account that it has, or has not: nothing to reject. */
export type FoundResult = Exclude<ProviderResult, { readonly kind: 'rejected' }>;

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
