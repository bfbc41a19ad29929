import { timestamp } from '../../regions/calendar.ts';
import type { Provider } from '../../regions/schema.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { newId } from '../runtime/ids.ts';
import { isTime, type RemainingTime } from '../runtime/job.ts';
import { describeError, log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import { RetryLater } from '../runtime/queue.ts';
import { region } from '../runtime/region.ts';
import { UnusableSecret } from '../runtime/secrets.ts';
import { comparingAt, type Theirs } from './comparing.job.ts';
import { provisioningEnvironments } from './contract.ts';
import { Parked } from './gate.worker.ts';
import { listingAt } from './listing.job.ts';
import { ReconciliationId, type Run } from './reconciliation.contract.ts';
import { finished, isDueTonight, newRun } from './reconciliation.rules.ts';
import { reconciliationStore } from './reconciliation.store.ts';
import { wakingAt } from './waking.job.ts';

const environment = readEnvironment(provisioningEnvironments.reconcile);
const runs = reconciliationStore(environment.PROVISIONING_TABLE);
const listing = listingAt(environment);
const comparing = comparingAt(environment);
const waking = wakingAt(environment);

/**
 * Goes on with each comparison of our accounts with a provider's, and begins one for each provider in the region's night.
 * Every step is noted before the next is begun, and what is done again changes nothing: whatever line a run ends at, the
 * next invocation goes on from what was noted. Where there is nothing to do, that costs one request.
 *
 * @throws {Error} some could not go on; the log says why, and the others did
 */
export async function handler(_event: unknown, clock: RemainingTime): Promise<void> {
  const known = new Map((await runs.list()).map((run) => [run.providerId, run]));
  const ended = await Promise.allSettled(
    region.providers.map((provider) => visit(provider, known.get(provider.id), clock)),
  );
  await listing.keepCounts();
  const failed = ended.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) throw new Error(`${failed} reconciliations did not go on; the log says why`);
}

async function visit(provider: Provider, last: Run | undefined, clock: RemainingTime) {
  try {
    const held = last?.heldUntil !== undefined && last.heldUntil > timestamp(now());
    if (held) return;
    const run = isDueTonight(region, last?.startedAt, now()) ? begun(provider, last) : last;
    if (run === undefined || run.phase === 'done') return;
    // A run that nobody ends is over when Lambda has ended it.
    const until = now().add({ milliseconds: clock.getRemainingTimeInMillis() + 1_000 });
    const { waitsFor, ...rest } = run;
    const taken = await runs.keep({ ...rest, heldUntil: timestamp(until) });
    if (taken !== undefined) await goOn(provider, taken, clock);
  } catch (error) {
    log.error('reconciliation failed', { providerId: provider.id, ...describeError(error) });
    throw error;
  }
}

function begun(provider: Provider, last: Run | undefined): Run {
  const reconciliationId = newId(ReconciliationId, 'rcn');
  return newRun(provider, { reconciliationId, askedBy: 'schedule' }, last, now());
}

/** Step after step, as long as there is time. */
async function goOn(provider: Provider, taken: Run, clock: RemainingTime): Promise<void> {
  let run = taken;
  let theirs: Theirs | undefined;
  try {
    while (run.phase !== 'done' && isTime(clock)) {
      if (run.phase === 'comparing') theirs ??= await comparing.load(provider, run);
      const next = await step(provider, run, theirs, clock);
      // Another has begun a run in its place.
      const kept = await runs.keep(next);
      if (kept === undefined) return;
      run = kept;
      if (run.waitsFor !== undefined) break;
    }
  } catch (error) {
    const waitsFor = waitsForOf(error);
    if (waitsFor === undefined) throw error;
    await letGo({ ...run, waitsFor });
    return;
  }
  if (run.phase !== 'done') return letGo(run);
  tell(run);
  // Nobody asks for those of the run before any more; what is left of them at a kill is forgotten in its time.
  if (taken.reported !== undefined && taken.reported !== run.reported)
    await runs.forgetOrphans(taken.reported);
}

async function step(
  provider: Provider,
  run: Run,
  theirs: Theirs | undefined,
  clock: RemainingTime,
): Promise<Run> {
  switch (run.phase) {
    case 'listing':
      return listing.page(provider, run);
    case 'comparing':
      return comparing.page(provider, run, theirs);
    case 'waking':
      return waking.lot(run, clock);
    case 'done':
      return finished(run, now());
  }
}

/** Lets the next invocation take it up at once. */
async function letGo({ heldUntil, ...run }: Run): Promise<void> {
  await runs.keep(run);
}

/** Why it does not go on for now; undefined: it should have. */
function waitsForOf(error: unknown): string | undefined {
  if (error instanceof Parked) return 'provider-rests';
  if (error instanceof UnusableSecret) return error.code;
  return error instanceof RetryLater ? error.message : undefined;
}

function tell({ providerId, counts, unlisted }: Run): void {
  // Whoever saw no list has not found that there are none.
  const orphans = unlisted === undefined ? { OrphansFound: counts.orphans } : {};
  measure({ ...orphans, ReconciliationRepairs: counts.repaired });
  log.info('reconciled', {
    providerId,
    count: counts.repaired,
    ...(unlisted !== undefined && { code: unlisted }),
  });
}
