import express, { type Router } from 'express';
import { z } from 'zod';
import type { Accounts } from './accounts.ts';
import { Once } from './once.ts';
import { showPage } from './page.ts';
import { answerPlainly, nobodyHere } from './plain-errors.ts';
import { claimsAs, type Platform, refused } from './platform.ts';
import { Refusal } from './refusal.ts';

/** Seconds that a ticket may be good for. */
const longest = 120;

const Ticket = z.looseObject({
  sub: z.string().min(1),
  aud: z.string(),
  exp: z.number(),
  jti: z.string().min(1).max(200),
});
const Query = z.object({ ticket: z.string().min(1).max(8_000) });

/** Somebody who was let in. */
export interface Visit {
  readonly accountId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The door of a provider's site: whoever brings a ticket that the platform signed is in, without a password. */
export class WayIn {
  readonly #provider: string;
  readonly #accounts: Accounts;
  readonly #platform: Platform;
  readonly #now: () => number;
  readonly #tickets: Once;
  readonly #visits: Visit[] = [];

  /** @param now - milliseconds since the epoch */
  constructor(provider: string, accounts: Accounts, platform: Platform, now: () => number) {
    this.#provider = provider;
    this.#accounts = accounts;
    this.#platform = platform;
    this.#now = now;
    this.#tickets = new Once(now);
  }

  visits(): readonly Visit[] {
    return this.#visits;
  }

  routes(): Router {
    const router = express.Router();
    router.get('/', async (request, response) => {
      const query = Query.safeParse(request.query);
      if (!query.success) throw refused('come with ?ticket=…, one');
      const accountId = await this.#accept(query.data.ticket);
      this.#visits.push({ accountId, at: new Date(this.#now()).toISOString() });
      showPage(response, 'Welcome', `You are signed in as ${accountId}.`);
    });
    router.use(nobodyHere, answerPlainly);
    return router;
  }

  /** @returns whose account it is */
  async #accept(ticket: string): Promise<string> {
    const claims = await this.#platform.claimsOf(ticket, this.#provider);
    const { sub, exp, jti } = claimsAs(Ticket, claims);
    if (exp * 1000 > this.#now() + longest * 1000)
      throw refused(`it is good for more than ${longest} seconds`);
    if (!this.#tickets.first(jti, this.#now() + 2 * longest * 1000))
      throw refused('it was used before');
    const { accounts } = this.#accounts.list({ by: 'externalId', value: sub });
    if (accounts.some(({ document }) => document.active)) return sub;
    throw new Refusal(403, 'no-account', 'there is no active account for this ticket');
  }
}
