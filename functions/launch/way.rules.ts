import type { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { Provider } from '../../regions/schema.ts';
import type { Place, PlaceId, Places } from '../enrolment/contract.ts';
import type { Account } from '../provisioning/contract.ts';
import type { WayIn } from './contract.ts';

export interface Shut {
  readonly kind: 'shut';
  readonly code: 'place-empty' | 'place-pending' | 'place-suspended' | 'place-failed' | 'no-way-in';
  readonly detail: string;
}

/** The place that somebody wants to get in by, or why they cannot. */
export function enter({ places }: Places, placeId: PlaceId): Place | Shut {
  const place = places[placeId];
  if (place === undefined) return noPlace();
  switch (place.state) {
    case 'active':
      return place;
    case 'pending':
      return notYet();
    case 'suspended':
      return shut(
        'place-suspended',
        'Your approval is suspended, and so is this place. GET /me/applications says why.',
      );
    case 'failed':
      return shut(
        'place-failed',
        'The provider refused your account. Choose another with POST …/switch.',
      );
  }
}

export function noPlace(): Shut {
  return shut('place-empty', 'You have no such place yet. Choose a provider with PUT.');
}

/**
 * Whether the account is there for certain; a place may be about to end, or the account about to change. Where a provider
 * has several by its id one of them is to go, but there they are, and nobody is kept out while a person sees to that.
 */
export function isReady(account: Account | undefined): account is Account {
  return account?.state === 'present' || isOneOfSeveral(account);
}

/** Whether it was as it should be until several were found. */
function isOneOfSeveral(account: Account | undefined): boolean {
  if (account?.state !== 'changing' || account.asked !== 'resume') return false;
  return account.open?.kind === 'person' && account.open.reason === 'several-accounts';
}

export function notYet(): Shut {
  return shut('place-pending', 'Your account is still being made. Try again in a minute.');
}

/** What the provider has not told us. */
export function noWayIn(): Shut {
  return shut(
    'no-way-in',
    'The provider has not said where learners get in. Ask the staff of your region.',
  );
}

function shut(code: Shut['code'], detail: string): Shut {
  return { kind: 'shut', code, detail };
}

/** What is needed to get in, by the provider's kind; `ticket` and `launch` need a signature. */
export type Door =
  | { readonly kind: 'told'; readonly way: WayIn }
  | { readonly kind: 'voucher'; readonly url: string }
  /** `page`: where they sign in if it takes no ticket. */
  | {
      readonly kind: 'ticket';
      readonly by: 'scim' | 'webhook';
      readonly page: string | undefined;
    }
  | { readonly kind: 'launch' };

/** How learners get in at a provider, before it is looked whether its secret says more. */
export function doorOf(provider: Provider, { remoteId }: Account, accountId: string): Door {
  switch (provider.kind) {
    case 'scim':
    case 'webhook':
      return { kind: 'ticket', by: provider.kind, page: provider.launch };
    case 'voucher':
      return { kind: 'voucher', url: provider.voucher.redeem };
    case 'lti':
      return { kind: 'launch' };
    case 'manual':
      return { kind: 'told', way: signIn(remoteId ?? accountId, provider.launch) };
  }
}

/** Somebody signs in there by themselves. */
export function signIn(account: string, url?: string): WayIn {
  return { kind: 'sign-in', account, ...(url === undefined ? {} : { url }) };
}

/** Seconds for which a ticket lets in: a browser is there at once, and nobody else shall be later. */
const ticketSeconds = 60;

/** A ticket to a provider's page: who comes, from where, to whom (RFC 7519). Its name lets the page take it once. */
export function ticketClaims(
  whose: { readonly issuer: string; readonly audience: string; readonly accountId: string },
  ticketId: string,
  now: Temporal.Instant,
) {
  const issuedAt = Math.floor(now.epochMilliseconds / 1000);
  return {
    iss: whose.issuer,
    aud: whose.audience,
    sub: whose.accountId,
    iat: issuedAt,
    exp: issuedAt + ticketSeconds,
    jti: ticketId,
  };
}

/** A page of a provider's with a ticket to it. */
export function opened(url: string, ticket: string, now: Temporal.Instant): WayIn {
  const address = new URL(url);
  address.searchParams.set('ticket', ticket);
  return { kind: 'open', url: address.href, until: timestamp(now.add({ seconds: ticketSeconds })) };
}
