import { accountIdOf } from '../enrolment/contract.ts';
import { accountLots, accountStore } from '../provisioning/account.store.ts';
import { now } from '../runtime/clock.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { NotFound, Unauthenticated } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { contextOf, membershipsUrl } from './claims.rules.ts';
import {
  AccessClaims,
  learnerRole,
  type ltiRoutes,
  MembersCursor,
  membershipType,
} from './contract.ts';
import { published } from './key.rules.ts';
import { environment, keysNow, type LtiProvider, toolCalled } from './platform.api.ts';
import { accessType, claimsOfOurs } from './token.adapter.ts';
import { asksForLearners } from './token.rules.ts';
import { isReady } from './way.rules.ts';

type Routes = typeof ltiRoutes;

const accounts = accountStore(environment.PROVISIONING_TABLE);

async function listMembers({ params, query, headers, apiUrl }: Call<Routes['listMembers']>) {
  const provider = await toolWith(headers.authorization, apiUrl);
  const context = contextOf({ region, provider }, region.languages[0] ?? '');
  if (context.id !== params.contextId) throw noSuchContext();
  const from = decodeCursor(query.cursor, MembersCursor);
  const limit = Math.min(query.limit, mostMembers);
  const page = asksForLearners(query.role)
    ? await membersFrom(provider, from, limit)
    : { members: [], next: undefined };
  const url = membershipsUrl(apiUrl, context.id);
  const body = { id: url, context, members: page.members };
  const next = page.next && nextUrl(url, { ...query, limit }, page.next);
  return { body: { mediaType: membershipType, text: JSON.stringify(body), next } };
}

/** Members of one page, whatever more is asked for: `limit` is the most that the tool wants (NRPS 2.0). */
const mostMembers = 100;

/** Whose access token it is, while the region has the tool. */
async function toolWith(authorization: string, issuer: string): Promise<LtiProvider> {
  const [, token] = /^bearer (\S+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw noAccess('Bearer');
  const keys = published(await keysNow());
  const expected = { issuer, audience: issuer, now: now(), typ: accessType };
  const claims = AccessClaims.safeParse(await claimsOfOurs(token, keys, expected)).data;
  const tool = claims && (await toolCalled(claims.sub));
  if (tool !== undefined) return tool.provider;
  throw noAccess('Bearer error="invalid_token"');
}

function noAccess(challenge: Unauthenticated['challenge']): Unauthenticated {
  return new Unauthenticated(
    'access-token-required',
    'This is for the access tokens of POST /lti/token, which are good for an hour.',
    challenge,
  );
}

/** Accounts that are looked at with one request: those that have ended are among them for ever. Some 10 read units. */
const accountsAtOnce = 200;

/** Requests for one page: one for each lot, and a few for those of which there are more. */
const mostRequests = accountLots.length + 4;

/**
 * Accounts that are there and active, lot by lot, until a page is full, or has cost enough: a short page with a next one
 * is a page too. And where that begins.
 */
async function membersFrom({ id }: LtiProvider, from: MembersCursor | undefined, limit: number) {
  const members: { status: 'Active'; user_id: string; roles: string[] }[] = [];
  let { lot, after }: MembersCursor = from ?? { lot: 0 };
  let requests = 0;
  for (let name = accountLots[lot]; name !== undefined; name = accountLots[lot]) {
    const room = limit - members.length;
    if (room === 0 || requests === mostRequests) return { members, next: { lot, after } };
    const listed = await accounts.listAccounts(id, name, { limit: accountsAtOnce, after });
    requests += 1;
    const ready = listed.filter(isReady).slice(0, room);
    for (const { learnerId } of ready)
      members.push({ status: 'Active', user_id: accountIdOf(learnerId, id), roles: [learnerRole] });
    const last = ready.length === room ? ready.at(-1) : listed[accountsAtOnce - 1];
    after = last && accountIdOf(last.learnerId, id);
    if (after === undefined) lot += 1;
  }
  return { members, next: undefined };
}

function nextUrl(url: string, query: Call<Routes['listMembers']>['query'], next: MembersCursor) {
  const { limit, role } = query;
  const address = new URL(url);
  address.searchParams.set('limit', String(limit));
  if (role !== undefined) address.searchParams.set('role', role);
  address.searchParams.set('cursor', encodeCursor(next) ?? '');
  return address.href;
}

function noSuchContext(): NotFound {
  return new NotFound({
    code: 'no-such-context',
    detail: 'Your tool has no such course. A launch names it, and where its members are.',
  });
}

export const courseHandlers = { listMembers };
