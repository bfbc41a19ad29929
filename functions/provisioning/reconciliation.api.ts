import { timestamp } from '../../regions/calendar.ts';
import type { Provider, ProviderId } from '../../regions/schema.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Busy, NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { auditEntry } from '../runtime/trail.ts';
import { provisioningEnvironments } from './contract.ts';
import type { Operator } from './operating.api.ts';
import { mustKnow, mustServeRegion } from './operator.api.ts';
import {
  type Reconciliation,
  ReconciliationId,
  type reconciliationRoutes,
} from './reconciliation.contract.ts';
import { newRun, toldOf } from './reconciliation.rules.ts';
import { reconciliationStore } from './reconciliation.store.ts';

type Routes = typeof reconciliationRoutes;

const environment = readEnvironment(provisioningEnvironments.api);
const table = environment.PROVISIONING_TABLE;
const runs = reconciliationStore(table);

/** Times that a run is begun anew where another changes it: the job writes it with every page. */
const attempts = 8;

async function startReconciliation({ caller, params, claim }: Call<Routes['startReconciliation']>) {
  const staffId = await mustServeRegion(caller);
  const actor = { kind: 'staff', staffId } as const;
  return {
    body: await reconcileFor(mustKnow(params.providerId), actor, (body) => [
      rememberAnswer(table, claim, { status: 202, body }),
    ]),
  };
}

/**
 * Asks for a comparison with a provider; one that is under way is as good.
 *
 * @param remembered - a claim's answer, in the same transaction
 * @throws {AnsweredBefore} a request with the same claim was quicker
 * @throws {Busy} others begin and end comparisons all the time
 */
export async function reconcileFor(
  provider: Provider,
  actor: Operator,
  remembered: (body: {
    readonly reconciliation: Reconciliation;
  }) => readonly TransactItem[] = () => [],
): Promise<{ readonly reconciliation: Reconciliation }> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const last = await runs.read(provider.id);
    const isUnderWay = last !== undefined && last.phase !== 'done';
    const reconciliationId = newId(ReconciliationId, 'rcn');
    const run = isUnderWay
      ? last
      : newRun(provider, { reconciliationId, askedBy: 'staff' }, last, now());
    const body = { reconciliation: toldOf(run) };
    const recorded = auditEntry(environment.AUDIT_TABLE, {
      at: timestamp(now()),
      actor,
      action: 'reconciliation-asked',
      subjects: [provider.id, run.reconciliationId],
      details: [],
    });
    const also = remembered(body);
    const writes = [...also, ...(isUnderWay ? [] : [runs.keeping(run), recorded])];
    if (writes.length === 0) return body;
    const written = await transact(writes);
    if (written.done) return body;
    if (also.length > 0 && written.failed.includes(0)) throw new AnsweredBefore();
  }
  throw new Busy();
}

async function readReconciliation({ caller, params }: Call<Routes['readReconciliation']>) {
  await mustServeRegion(caller);
  return { body: await reconciliationOf(mustKnow(params.providerId).id) };
}

/** The latest comparison. @throws {NotFound} `no-reconciliation` */
export async function reconciliationOf(providerId: ProviderId) {
  const run = await runs.read(providerId);
  if (run === undefined) throw noReconciliation();
  return { reconciliation: toldOf(run) };
}

async function listOrphans({ caller, params, query }: Call<Routes['listOrphans']>) {
  await mustServeRegion(caller);
  return { body: await orphansOf(mustKnow(params.providerId).id, query) };
}

/** A page of what the last comparison that ended found that nobody knows. @throws {NotFound} `no-reconciliation` */
export async function orphansOf(
  providerId: ProviderId,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const run = await runs.read(providerId);
  const reconciliationId = run?.reported;
  if (reconciliationId === undefined) throw noReconciliation();
  return { reconciliationId, ...(await runs.listOrphans(reconciliationId, limit, cursor)) };
}

function noReconciliation(): NotFound {
  const detail =
    'Accounts were never compared with this provider. Ask for it with POST /provisioning/providers/{providerId}/reconciliations.';
  return new NotFound({ code: 'no-reconciliation', detail });
}

/** What operators do about comparisons with a provider. */
export const reconciliationHandlers = { startReconciliation, readReconciliation, listOrphans };
