import { timestamp } from '../../regions/calendar.ts';
import type { ProviderId } from '../../regions/schema.ts';
import { now } from '../runtime/clock.ts';
import { readCsv } from '../runtime/csv.ts';
import { transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { auditEntry } from '../runtime/trail.ts';
import { provisioningEnvironments } from './contract.ts';
import { mustKnow, mustServeRegion } from './operator.api.ts';
import { poolStore } from './pool.store.ts';
import { poolsAt } from './pools.job.ts';
import type { voucherRoutes } from './voucher.contract.ts';
import { readVouchers } from './voucher.rules.ts';

type Routes = typeof voucherRoutes;

const environment = readEnvironment(provisioningEnvironments.api);
const pools = poolStore(environment.PROVISIONING_TABLE);
const waiting = poolsAt(environment);

export async function showPool({ caller, params }: Call<Routes['showPool']>) {
  await mustServeRegion(caller);
  const { lowWater } = mustHavePool(params.providerId);
  return { body: { ...(await pools.tally(params.providerId)), lowWater } };
}

export async function importVouchers({
  caller,
  params: { providerId },
  text,
  claim,
}: Call<Routes['importVouchers']>) {
  const staffId = await mustServeRegion(caller);
  mustHavePool(providerId);
  const codes = mustRead(text);
  const at = timestamp(now());
  const recorded = auditEntry(environment.AUDIT_TABLE, {
    at,
    actor: { kind: 'staff', staffId },
    action: 'vouchers-imported',
    subjects: [providerId],
    details: [`${codes.length}`],
  });
  const imported = await pools.add(providerId, codes, { at, recorded });
  const { free } = await pools.tally(providerId);
  await waiting.serveWaiting(providerId, free);
  const body = { imported, known: codes.length - imported, free };
  const answer = rememberAnswer(environment.PROVISIONING_TABLE, claim, { status: 200, body });
  if (!(await transact([answer])).done) throw new AnsweredBefore();
  return { body };
}

/** @throws {Ruled} `vouchers-refused`, with everything that is wrong, and no code */
function mustRead(text: string): readonly string[] {
  const read = readVouchers(readCsv(text));
  if (read.kind === 'read') return read.codes;
  const detail = `${read.faults.length} things in the list are not as expected; "errors" names each with its line. No code was added.`;
  throw new Ruled({ code: 'vouchers-refused', detail, faults: read.faults });
}

/** @throws {NotFound | Ruled} there is no such provider, or it has no codes: `no-voucher-provider` */
function mustHavePool(providerId: ProviderId) {
  const provider = mustKnow(providerId);
  if (provider.kind === 'voucher') return provider.voucher;
  const detail = `Accounts at this provider are made otherwise (${provider.kind}): it has no codes.`;
  throw new Ruled({ code: 'no-voucher-provider', detail });
}
