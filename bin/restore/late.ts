import type { Clients } from '../export/clients.ts';
import { filesIn } from '../export/files.ts';
import { Login } from '../export/manifest.ts';
import { tiesIn } from '../export/rows.ts';
import { type Applied, deleteAgain } from './again.ts';
import type { Filling } from './fill.ts';
import { type Deletion, idOf, relinkedSubs, standingIn } from './ledger.ts';
import { findLogins } from './logins.ts';

/**
 * Deletes whoever was deleted elsewhere while a copy was filled: the ledger is read again right before the copy opens (edge
 * case 37). The copy knows them by all that the export has of them, and by the logins that were made for them.
 *
 * @param latest - the ledger as it is now
 * @param applied - those that this run has applied already
 * @returns how many, and what came of them
 * @throws {TransferRefused} `deletion-stuck`: the copy stays closed
 */
export async function deleteLate(
  clients: Clients,
  { holdings, from, manifest }: Pick<Filling, 'holdings' | 'from' | 'manifest'>,
  latest: readonly Deletion[],
  applied: readonly Deletion[],
): Promise<Applied & { readonly count: number }> {
  const known = new Set(applied.map(idOf));
  const late = latest.filter((one) => !known.has(idOf(one)));
  const none = { count: 0, held: 0, alone: [] };
  if (late.length === 0) return none;
  const files = filesIn(clients.s3, from);
  const { people } = await tiesIn(files, manifest);
  const standing = standingIn(people, late);
  if (standing.length === 0) return none;
  const logins = files.lines(manifest.logins.list, Login);
  const relogin = { cognito: clients.cognito, pools: holdings.pools };
  const subs = await findLogins(relogin, logins);
  const came = await deleteAgain(clients.lambda, holdings, relinkedSubs(standing, subs));
  return { count: standing.length, ...came };
}
