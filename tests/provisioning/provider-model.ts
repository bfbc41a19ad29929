import type { Temporal } from 'temporal-polyfill';

/** How a provider answers the next request. */
export type ProviderAnswer =
  | 'done'
  /** It will not make the account; a request to end one it never refuses. */
  | 'refused'
  /** The work is done and the answer lost. */
  | 'lost-after-work'
  /** The request is lost. */
  | 'lost-before-work'
  /** Nobody waits any longer, and the work may still be done, within minutes. */
  | 'late';

interface Late {
  readonly work: () => void;
  readonly until: Temporal.Instant;
}

/** A provider as a SCIM server is: names are unique, each new account has a new id. */
export class ProviderModel {
  /** The id of the learner's account; undefined where there is none. */
  account: string | undefined;
  /** Whether the account can be used. */
  active = false;
  #made = 0;
  #late: Late[] = [];

  /** Makes the account, or finds it (409, or looked up before). */
  create(): string {
    if (this.account === undefined) {
      this.#made += 1;
      this.account = `account-${this.#made}`;
      this.active = true;
    }
    return this.account;
  }

  /** Suspends or resumes the account of this id, if it is there. */
  setActive(id: string | undefined, active: boolean): void {
    if (id !== undefined && id === this.account) this.active = active;
  }

  /** How often an account was made: one that is resumed is not. */
  get made(): number {
    return this.#made;
  }

  /** Ends the account of this id; that it is gone, or that there never was one, is as good. */
  remove(id: string | undefined): void {
    if (id === this.account) this.account = undefined;
  }

  /** Has work that nobody waits for, until a moment after which it is never done. */
  delay(work: () => void, until: Temporal.Instant): void {
    this.#late.push({ work, until });
  }

  /** Whether something may still be done that nobody waits for. */
  get isLate(): boolean {
    return this.#late.length > 0;
  }

  /** Does the oldest of what it was asked and has not done. */
  catchUp(): void {
    this.#late.shift()?.work();
  }

  /** Gives up what is too old. */
  forget(now: Temporal.Instant): void {
    this.#late = this.#late.filter(({ until }) => until.epochMilliseconds > now.epochMilliseconds);
  }
}
