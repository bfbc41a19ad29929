import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Accounts } from './accounts.ts';
import { atomically } from './database.ts';
import { Refusal } from './refusal.ts';

/** What the platform wants an account to be; of two wishes for one account the one with the higher fence holds. */
export const Wish = z.strictObject({
  accountId: z.string().min(1).max(200),
  fence: z.int().min(1),
  wanted: z.enum(['active', 'suspended', 'none']),
});
export type Wish = z.infer<typeof Wish>;

/** A wish, and how far it is. */
export interface KnownWish extends Wish {
  readonly state: 'open' | 'done' | 'rejected';
}

const Row = z.object({
  accountId: z.string(),
  fence: z.int(),
  wanted: Wish.shape.wanted,
  state: z.enum(['open', 'done', 'rejected']),
});
const Remembered = z.object({ wish: z.string() });

/** The wishes that one provider was sent, and the accounts that it made of them. */
export class Wishes {
  readonly #database: DatabaseSync;
  readonly #provider: string;
  readonly #accounts: Accounts;

  constructor(database: DatabaseSync, provider: string, accounts: Accounts) {
    this.#database = database;
    this.#provider = provider;
    this.#accounts = accounts;
  }

  /**
   * Takes what a message wants, unless something newer is wanted already, or the message came before.
   *
   * @returns the wish that holds now
   * @throws Refusal 422 when something else was wanted under this id
   */
  take(messageId: string, wish: Wish): KnownWish {
    return atomically(this.#database, () => {
      this.#remember(messageId, JSON.stringify(wish));
      this.#database
        .prepare(
          `INSERT INTO wish VALUES (?, ?, ?, ?, 'open') ON CONFLICT (provider, account_id)
           DO UPDATE SET fence = excluded.fence, wanted = excluded.wanted, state = 'open'
           WHERE excluded.fence > fence`,
        )
        .run(this.#provider, wish.accountId, wish.fence, wish.wanted);
      return this.find(wish.accountId) ?? { ...wish, state: 'open' };
    });
  }

  find(accountId: string): KnownWish | undefined {
    const row = this.#database
      .prepare(
        `SELECT account_id AS accountId, fence, wanted, state FROM wish
         WHERE provider = ? AND account_id = ?`,
      )
      .get(this.#provider, accountId);
    return row === undefined ? undefined : Row.parse(row);
  }

  /** Fulfils the wish that holds, or rejects it. Done twice, it is as done once. */
  settle(wish: KnownWish, state: 'done' | 'rejected'): KnownWish {
    return atomically(this.#database, () => {
      this.#database
        .prepare('UPDATE wish SET state = ? WHERE provider = ? AND account_id = ?')
        .run(state, this.#provider, wish.accountId);
      if (state === 'done') this.#fulfil(wish);
      return { ...wish, state };
    });
  }

  /** The provider's own id of an account, where there is one. */
  remoteIdOf(accountId: string): string | undefined {
    return this.#accountOf(accountId)?.id;
  }

  #fulfil({ accountId, wanted }: Wish): void {
    const account = this.#accountOf(accountId);
    const active = wanted === 'active';
    const document = { userName: accountId, externalId: accountId, active };
    if (account === undefined) {
      // What is not there is not made in order to be suspended.
      if (active && this.#accounts.create(document) === undefined)
        throw new Refusal(409, 'account-of-another', 'somebody else has an account by this name');
      return;
    }
    if (wanted === 'none') this.#accounts.remove(account.id);
    else this.#accounts.replace(account.id, document);
  }

  #accountOf(accountId: string) {
    return this.#accounts.list({ by: 'externalId', value: accountId }).accounts[0];
  }

  #remember(id: string, wish: string): void {
    this.#database
      .prepare('INSERT INTO message VALUES (?, ?, ?) ON CONFLICT (provider, id) DO NOTHING')
      .run(this.#provider, id, wish);
    const row = this.#database
      .prepare('SELECT wish FROM message WHERE provider = ? AND id = ?')
      .get(this.#provider, id);
    if (Remembered.parse(row).wish === wish) return;
    throw new Refusal(422, 'id-of-another', 'something else was wanted under this "webhook-id"');
  }
}
