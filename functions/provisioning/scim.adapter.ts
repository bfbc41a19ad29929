import * as z from 'zod';
import type { AccountId } from '../enrolment/contract.ts';
import { now } from '../runtime/clock.ts';
import type { FoundResult, Known, ProviderAdapter, ProviderResult } from './adapter.ts';
import type { ProviderSecret } from './contract.ts';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Of a SCIM user only these are ours to read; a server may send any number of other attributes (RFC 7643, 3.1). */
const User = z.object({ id: z.string().min(1), externalId: z.string().optional() });
const Users = z.object({ totalResults: z.int().min(0), Resources: z.array(User).default([]) });

/** The reply to one request, or why there was none. */
type Reply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: unknown;
      readonly retryAfter: string | null;
    }
  | { readonly kind: 'lost' };

/**
 * Accounts by SCIM 2.0 (RFC 7643, RFC 7644). The provider learns an opaque id and nothing else of the
 * learner: it is the account's `userName` and `externalId`.
 *
 * @param patience - milliseconds that the provider has for each answer
 */
export function scimAdapter({ baseUrl, token }: ProviderSecret, patience = 5_000): ProviderAdapter {
  const ask = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    try {
      const response = await fetch(`${baseUrl.replace(/\/$/, '')}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/scim+json',
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(patience),
      });
      const text = await response.text();
      const retryAfter = response.headers.get('retry-after');
      return {
        kind: 'answered',
        status: response.status,
        body: fromJson(text),
        retryAfter,
      };
    } catch {
      // Refused, reset or timed out: in each case nobody knows what the provider did.
      return { kind: 'lost' };
    }
  };

  /** The account that carries our id, if there is one (RFC 7644, 3.4.2.2). */
  async function find(accountId: AccountId): Promise<FoundResult> {
    const reply = await ask(
      'GET',
      `/Users?filter=${encodeURIComponent(`externalId eq "${accountId}"`)}`,
    );
    if (reply.kind === 'lost' || reply.status !== 200) return retry(reply);
    const found = Users.safeParse(reply.body);
    if (!found.success) return { kind: 'retry', reason: 'not-scim' };
    // A server that does not know the filter may answer with everyone: only ours counts (edge case 18).
    return {
      kind: 'done',
      remoteId: found.data.Resources.find((user) => user.externalId === accountId)?.id,
    };
  }

  async function create({ accountId }: Known, mayExist: boolean): Promise<ProviderResult> {
    if (mayExist) {
      const found = await find(accountId);
      if (found.kind !== 'done' || found.remoteId !== undefined) return found;
    }
    const user = {
      schemas: [userSchema],
      userName: accountId,
      externalId: accountId,
      active: true,
    };
    const reply = await ask('POST', '/Users', user);
    if (reply.kind === 'lost') return retry(reply);
    if (reply.status === 409) return adopt(accountId);
    if (reply.status !== 201) return rejectOrRetry(reply);
    const made = User.safeParse(reply.body);
    return made.success
      ? { kind: 'done', remoteId: made.data.id }
      : { kind: 'retry', reason: 'not-scim' };
  }

  /** 409: someone has our name. It is our account if it carries our id, and a case for a person if not. */
  async function adopt(accountId: AccountId): Promise<ProviderResult> {
    const found = await find(accountId);
    if (found.kind !== 'done' || found.remoteId !== undefined) return found;
    return { kind: 'person', reason: 'account-of-another' };
  }

  /** The provider's id of the account, asked for where it is not known. */
  const locate = ({ accountId, remoteId }: Known): Promise<FoundResult> =>
    remoteId === undefined ? find(accountId) : Promise.resolve({ kind: 'done', remoteId });

  /** The one attribute is replaced (RFC 7644, 3.5.2): 200 with the account, or 204. */
  async function setActive(known: Known, active: boolean): Promise<FoundResult> {
    const found = await locate(known);
    if (found.kind !== 'done' || found.remoteId === undefined) return found;
    const reply = await ask('PATCH', userPath(found.remoteId), {
      schemas: [patchSchema],
      Operations: [{ op: 'replace', path: 'active', value: active }],
    });
    if (reply.kind === 'lost') return retry(reply);
    if (reply.status === 200 || reply.status === 204) return found;
    return reply.status === 404 ? { kind: 'done' } : retry(reply);
  }

  async function end(known: Known): Promise<FoundResult> {
    const found = await locate(known);
    if (found.kind !== 'done' || found.remoteId === undefined) return found;
    const reply = await ask('DELETE', userPath(found.remoteId));
    if (reply.kind === 'answered' && (reply.status === 204 || reply.status === 404))
      return { kind: 'done' };
    return retry(reply);
  }

  return {
    create,
    suspend: (known) => setActive(known, false),
    resume: (known) => setActive(known, true),
    end,
  };
}

const userPath = (remoteId: string) => `/Users/${encodeURIComponent(remoteId)}`;

/** 400 and its like will be the same next time; what an operator or time can mend comes again. */
function rejectOrRetry(reply: Reply): ProviderResult {
  const final = reply.kind === 'answered' && [400, 413, 422].includes(reply.status);
  return final ? { kind: 'rejected', failure: 'provider-rejected' } : retry(reply);
}

function retry(reply: Reply): FoundResult {
  if (reply.kind === 'lost') return { kind: 'retry', reason: 'no-answer' };
  return {
    kind: 'retry',
    reason: `status-${reply.status}`,
    afterSeconds: secondsOf(reply.retryAfter),
  };
}

/** What is not JSON, such as the page of a gateway in front of the provider, still has its status. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `Retry-After` in either form, in seconds (RFC 9110, 10.2.3; edge case 20). */
function secondsOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  // Date.parse makes a day of "-1"; a date of HTTP begins with the name of its day.
  const at = /^[A-Z]/.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now().epochMilliseconds) / 1000);
}
