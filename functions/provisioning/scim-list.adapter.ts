import type { ScimQuirks } from '../../regions/schema.ts';
import type { Retry } from './contract.ts';
import type { Listed, ListedPage } from './reconciliation.contract.ts';
import { type Reply, retryOf } from './reply.adapter.ts';
import { attributesOf, isActive, ourIdOf, type User, Users } from './scim-user.adapter.ts';

type Ask = (method: string, path: string) => Promise<Reply>;

/** Accounts of a page that the region file says nothing about. */
const usualPage = 100;

/**
 * One page of a server's users (RFC 7644, 3.4.2.4), of whom only ids and whether they are active are asked for. A server
 * counts by position: when an account goes that was listed already, the ones behind it move up. So each page begins in the
 * last tenth of the one before; what is missed all the same is looked for by its id before anything is done about it.
 *
 * @param cursor - the position of the first, from 1
 */
export async function listUsers(
  ask: Ask,
  quirks: ScimQuirks,
  cursor = '1',
): Promise<ListedPage | Retry> {
  const { pageSize = usualPage } = quirks;
  const start = Number(cursor);
  const query = new URLSearchParams({
    startIndex: String(start),
    count: String(pageSize),
    attributes: Object.values(attributesOf(quirks)).join(','),
  });
  const reply = await ask('GET', `/Users?${query}`);
  if (reply.kind === 'lost' || reply.status !== 200) return retryOf(reply);
  const users = Users.safeParse(reply.body);
  if (!users.success) return { kind: 'retry', reason: 'not-scim' };
  const { Resources, totalResults } = users.data;
  const accounts = Resources.map((user) => listed(user, quirks));
  const after = start + Resources.length;
  // A server may give fewer than it was asked for; one that gives none has no more.
  if (Resources.length === 0 || after > totalResults) return { kind: 'listed', accounts };
  const overlap = Math.floor(Resources.length / 10);
  return { kind: 'listed', accounts, next: String(after - overlap) };
}

function listed(user: ReturnType<typeof User.parse>, quirks: ScimQuirks): Listed {
  const [externalId, active] = [ourIdOf(user, quirks), isActive(user, quirks)];
  return {
    remoteId: user.id,
    ...(externalId !== undefined && { externalId }),
    ...(active !== undefined && { active }),
  };
}
