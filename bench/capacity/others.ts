import { contracts } from '../../functions/contracts.ts';
import type { Contract, Role, Route } from '../../functions/runtime/route.ts';
import { madeBody, madeParts } from '../../tests/region/made-body.ts';
import { nobodys, regions } from '../../tests/region/things.ts';
import { nameOf } from './ledger.ts';
import { areaId, type MeteredRegion } from './metered-region.ts';
import type { Somebody } from './story.ts';

const capabilities: readonly Contract[] = contracts;
export const routes = capabilities.flatMap(({ routes: some }) => Object.values(some));

/** What is asked before what changes it. */
const order = ['GET', 'PUT', 'POST', 'DELETE'] as const;
/** What the story still needs would be gone: it tells of these itself, where it does. */
const wouldEnd = ({ method, path }: Route): boolean =>
  (method === 'DELETE' && path === '/me') ||
  (method !== 'GET' &&
    /\{mentorshipId\}|^\/mentors\/\{mentorId\}|^\/mentoring-con|^\/(staff-)?reports/.test(path));

/** Access tokens by whom a route is for. */
type Tokens = Readonly<Record<Role | 'public', string>>;

export async function tokensFor({ people }: MeteredRegion, one: Somebody): Promise<Tokens> {
  const token = async (role: 'officer' | 'coordinator' | 'safeguarding-lead', area?: string) =>
    (await people.newStaff(role, area)).token;
  return {
    public: one.learner.token,
    administrator: people.administrator.token,
    consultant: one.consultant.token,
    officer: await token('officer', areaId),
    coordinator: await token('coordinator'),
    'safeguarding-lead': await token('safeguarding-lead'),
  };
}

/**
 * Asks for every route that the story has not come by, with what there is, as its contract has it made; what is answered
 * is written down. What needs a state that nobody is in is refused, and is not.
 */
export async function askOthers(town: MeteredRegion, one: Somebody, tokens: Tokens): Promise<void> {
  const open = routes.filter((route) => !town.ledger.entries.has(nameOf(route)));
  for (const method of order)
    for (const route of open)
      if (route.method === method && !wouldEnd(route)) await ask(town, one, tokens, route);
}

async function ask({ ledger, url }: MeteredRegion, one: Somebody, tokens: Tokens, route: Route) {
  const named: Readonly<Record<string, string>> = {
    ...{ ...regions, ...nobodys, mentorId: one.mentorId, roundId: one.roundId },
    staffId: one.consultant.staffId,
    ...one.own,
  };
  const made = madeParts(route);
  const { query, body, path, method } = route;
  const sent = body === undefined ? (made.body ?? null) : bodyOf(body, one.own, named);
  if (sent === undefined) return;
  const asked = new URLSearchParams(Object(query && madeBody(query, one.own, named)));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => named[name] ?? name);
  const headers = {
    ...authorization(tokens, route),
    'idempotency-key': crypto.randomUUID(),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...made.headers,
  };
  const send = () =>
    fetch(`${url}${filled}?${asked}`, { method, headers, body: sent, redirect: 'manual' });
  await ledger.note(nameOf(route), send, ({ ok }) => ok);
}

/** Undefined: what the contract asks for is not made of its schema alone. */
function bodyOf(
  schema: NonNullable<Route['body']>,
  own: object,
  named: object,
): string | undefined {
  try {
    return JSON.stringify(madeBody(schema, { ...own }, { ...named }));
  } catch {
    return undefined;
  }
}

function authorization(tokens: Tokens, { access }: Route) {
  if (access.pool === 'none') return {};
  if (access.pool === 'public') return { authorization: `Bearer ${tokens.public}` };
  const role = access.roles.includes('administrator') ? 'administrator' : access.roles[0];
  return { authorization: `Bearer ${tokens[role]}` };
}
