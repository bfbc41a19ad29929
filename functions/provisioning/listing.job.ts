import { isOneThat, type Provider } from '../../regions/schema.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { forgetSecret, readSecret } from '../runtime/secrets.ts';
import { type Retry, ScimSecret } from './contract.ts';
import { gateAt } from './gate.worker.ts';
import { pressureStore } from './pressure.store.ts';
import type { ListedPage, Run } from './reconciliation.contract.ts';
import { withCounts, withMiss, withPhase } from './reconciliation.rules.ts';
import { reconciliationStore } from './reconciliation.store.ts';
import { scimAdapter } from './scim.adapter.ts';
import { standingStore } from './standing.store.ts';

/** Days for which what a provider listed is kept: a run is over, or another begun, long before. */
const keptDays = 3;

interface Needs {
  readonly PROVISIONING_TABLE: string;
  readonly PROVIDERS_SECRET: string;
}

/** Reads what a provider has, within its turns, like whoever else asks it. */
export function listingAt({ PROVISIONING_TABLE: table, PROVIDERS_SECRET }: Needs) {
  const runs = reconciliationStore(table);
  const gate = gateAt(pressureStore(table), standingStore(table));

  /**
   * The run after its next page; it waits where the provider did not say.
   *
   * @throws {Parked} nobody asks the provider at the moment
   * @throws {RetryLater} too many want to ask it
   */
  async function page(provider: Provider, { misses, ...run }: Run): Promise<Run> {
    await gate.enter(provider.id);
    const listed = await ask(provider, run.cursor);
    if (listed.kind === 'retry') return withMiss({ ...run, misses }, listed.reason);
    const { accounts, next } = listed;
    const expiresAt = epochSeconds(now().add({ hours: 24 * keptDays }));
    await runs.keepPage(run, run.cursor ?? '', accounts, expiresAt);
    const counted = withCounts(run, { theirs: accounts.length });
    return next === undefined ? withPhase(counted, 'comparing') : { ...counted, cursor: next };
  }

  async function ask(provider: Provider, cursor: string | undefined): Promise<ListedPage | Retry> {
    if (!isOneThat(provider, 'lists')) return { kind: 'listed', accounts: [] };
    const secret = await readSecret(PROVIDERS_SECRET, ScimSecret, provider.id);
    const result = await scimAdapter(secret, {
      turn: (request) => gate.inTurn(provider.id, provider.pressure, request),
      ...(provider.scim && { quirks: provider.scim }),
    }).list(cursor);
    await gate.heard(provider.id, result.kind === 'listed' ? { kind: 'done' } : result);
    // The token may have been rotated since it was read.
    if (result.kind === 'retry' && result.reason === 'status-401') forgetSecret(PROVIDERS_SECRET);
    return result;
  }

  return { page, keepCounts: gate.keepCounts };
}
