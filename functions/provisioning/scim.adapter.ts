import type { ScimQuirks } from '../../regions/schema.ts';
import type { AccountId } from '../enrolment/contract.ts';
import { atOnce, type Known, type ProviderAdapter, type Turn } from './adapter.ts';
import type { FoundResult, MadeResult, ScimSecret } from './contract.ts';
import { type Reply, replyTo, retryOf } from './reply.adapter.ts';
import { listUsers } from './scim-list.adapter.ts';
import {
  activePatch,
  isActive,
  newUser,
  ourFilter,
  ourIdOf,
  User,
  Users,
} from './scim-user.adapter.ts';

/** An account of ours as the provider has it; `active` is undefined where it does not say. */
interface Found {
  readonly kind: 'found';
  readonly remoteId: string;
  readonly active: boolean | undefined;
}
type Search = Found | { readonly kind: 'none' } | Exclude<FoundResult, { readonly kind: 'done' }>;

export interface ScimOptions {
  readonly quirks?: ScimQuirks;
  readonly turn?: Turn;
  /** Milliseconds that the provider has for each answer. */
  readonly patience?: number;
}

/**
 * Accounts by SCIM 2.0 (RFC 7643, RFC 7644). The provider learns an opaque id and nothing else of the
 * learner: it is the account's `userName` and `externalId`.
 */
export function scimAdapter(
  { baseUrl, token }: ScimSecret,
  { quirks = {}, turn = atOnce, patience = 5_000 }: ScimOptions = {},
): Required<ProviderAdapter> {
  const ask = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const init = {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/scim+json',
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    };
    return turn(() => replyTo(`${baseUrl.replace(/\/$/, '')}${path}`, init, patience));
  };

  /** The account that carries our id, if there is one (RFC 7644, 3.4.2.2). */
  async function find(accountId: AccountId): Promise<Search> {
    const filter = encodeURIComponent(ourFilter(accountId, quirks));
    const reply = await ask('GET', `/Users?filter=${filter}`);
    if (reply.kind === 'lost' || reply.status !== 200) return retryOf(reply);
    const users = Users.safeParse(reply.body);
    if (!users.success) return { kind: 'retry', reason: 'not-scim' };
    // A server that does not know the filter may answer with everyone: only ours counts (edge case 18).
    const [ours, ...more] = users.data.Resources.filter(
      (user) => ourIdOf(user, quirks) === accountId,
    );
    if (ours === undefined) return { kind: 'none' };
    if (more.length > 0) return { kind: 'person', reason: 'several-accounts' };
    return { kind: 'found', remoteId: ours.id, active: isActive(ours, quirks) };
  }

  async function create({ accountId }: Known, mayExist: boolean): Promise<MadeResult> {
    if (mayExist) {
      const found = await find(accountId);
      if (found.kind !== 'none') return adopt(found);
    }
    const reply = await ask('POST', '/Users', newUser(accountId, quirks));
    if (reply.kind === 'lost') return retryOf(reply);
    if (reply.status === 409) return adoptTaken(accountId);
    if (reply.status !== 201) return rejectOrRetry(reply);
    const made = User.safeParse(reply.body);
    return made.success
      ? { kind: 'done', remoteId: made.data.id }
      : { kind: 'retry', reason: 'not-scim' };
  }

  /** 409: someone has our name. It is our account if it carries our id, and a case for a person if not. */
  async function adoptTaken(accountId: AccountId): Promise<MadeResult> {
    const found = await find(accountId);
    return found.kind === 'none' ? { kind: 'person', reason: 'account-of-another' } : adopt(found);
  }

  /** Ours, which may have been switched off when its last place ended (edge case 21). */
  async function adopt(found: Exclude<Search, { readonly kind: 'none' }>): Promise<MadeResult> {
    if (found.kind !== 'found') return found;
    const { active, remoteId } = found;
    if (active !== false) return done(remoteId);
    const switched = await patch(remoteId, true);
    if (switched.kind !== 'done') return switched;
    // Somebody has removed it since it was found: it is made at the next attempt.
    return switched.remoteId === undefined
      ? { kind: 'retry', reason: 'gone-meanwhile' }
      : done(switched.remoteId);
  }

  /** The provider's id of the account, asked for where it is not known. */
  async function locate({ accountId, remoteId }: Known): Promise<FoundResult> {
    if (remoteId !== undefined) return done(remoteId);
    const found = await find(accountId);
    if (found.kind === 'none') return { kind: 'done' };
    return found.kind === 'found' ? done(found.remoteId) : found;
  }

  /** 200 with the account, or 204 (RFC 7644, 3.5.2); 404: there is no such account. */
  async function patch(remoteId: string, active: boolean): Promise<FoundResult> {
    const reply = await ask('PATCH', userPath(remoteId), activePatch(active, quirks));
    if (reply.kind === 'lost') return retryOf(reply);
    if (reply.status === 200 || reply.status === 204) return done(remoteId);
    return reply.status === 404 ? { kind: 'done' } : retryOf(reply);
  }

  async function setActive(known: Known, active: boolean): Promise<FoundResult> {
    const found = await locate(known);
    if (found.kind !== 'done' || found.remoteId === undefined) return found;
    return patch(found.remoteId, active);
  }

  async function end(known: Known): Promise<FoundResult> {
    const found = await locate(known);
    if (found.kind !== 'done' || found.remoteId === undefined) return found;
    if (quirks.removal === 'deactivate') return gone(await patch(found.remoteId, false));
    const reply = await ask('DELETE', userPath(found.remoteId));
    if (reply.kind === 'answered' && (reply.status === 204 || reply.status === 404))
      return { kind: 'done' };
    return retryOf(reply);
  }

  return {
    create,
    suspend: (known) => setActive(known, false),
    resume: (known) => setActive(known, true),
    end,
    list: (cursor) => listUsers(ask, quirks, cursor),
  };
}

const done = (remoteId: string) => ({ kind: 'done', remoteId }) as const;

/** To us an account is gone that nobody can use any more. */
function gone(result: FoundResult): FoundResult {
  return result.kind === 'done' ? { kind: 'done' } : result;
}

const userPath = (remoteId: string) => `/Users/${encodeURIComponent(remoteId)}`;

/** 400 and its like will be the same next time; what an operator or time can mend comes again. */
function rejectOrRetry(reply: Reply): MadeResult {
  const final = reply.kind === 'answered' && [400, 413, 422].includes(reply.status);
  return final ? { kind: 'rejected', failure: 'provider-rejected' } : retryOf(reply);
}
