import type { Places } from '../enrolment/contract.ts';
import { workLots } from '../enrolment/rows.store.ts';
import { enrolmentStore } from '../enrolment/store.ts';
import { now } from '../runtime/clock.ts';
import { isTime, type RemainingTime, sideBySide } from '../runtime/job.ts';
import type { Run } from './reconciliation.contract.ts';
import { finished, withCounts, woken } from './reconciliation.rules.ts';

/** Learners whose rows are written side by side. */
const abreast = 10;
/** After every moment that a row can name. */
const always = '9999';

/** Asks again for all who have long waited for a provider, whatever became of their messages (edge case 20). */
export function wakingAt({ ENROLMENT_TABLE }: { readonly ENROLMENT_TABLE: string }) {
  const enrolments = enrolmentStore(ENROLMENT_TABLE);

  /**
   * The run after a partition of those who wait for any provider, or after as much of it as there was time for: whoever is
   * due already is left alone, so it is begun anew then.
   */
  async function lot(run: Run, clock: RemainingTime): Promise<Run> {
    const name = workLots[run.lot];
    if (name === undefined) return finished(run, now());
    let count = 0;
    for await (const page of enrolments.listPending(name, always)) {
      if (!isTime(clock)) return withCounts(run, { woken: count });
      count += await sideBySide(page, abreast, (places) => wake(run, places));
    }
    return { ...withCounts(run, { woken: count }), lot: run.lot + 1 };
  }

  /** Whoever changes the row meanwhile is dispatched by its stream, or looked at by the sweep. */
  async function wake({ providerId }: Run, places: Places): Promise<number> {
    const next = woken(places, providerId, now());
    return next !== undefined && (await enrolments.keepPlaces(next)) === 'kept' ? 1 : 0;
  }

  return { lot };
}
