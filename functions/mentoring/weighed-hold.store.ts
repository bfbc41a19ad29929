import { momentOf } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { holdStore } from './hold.store.ts';
import type { ReportId } from './report.contract.ts';
import { holdsDeletion, type PersonId } from './report.rules.ts';
import { reportStore } from './report.store.ts';

/** What somebody's hold means for a deletion. */
export interface Weighed {
  /** Whether an open report keeps it waiting (edge case 35). */
  readonly isHeld: boolean;
  /** The check of it, for each transaction that deletes. Capacity: 2 write units. */
  readonly rest: TransactItem;
}

/**
 * Holds, as a deletion weighs them: by the reports that are open here. In a copy that was restored a hold may name one that is
 * not: it stayed with another region, or was decided when nobody could tell any more whom else it concerned, since the
 * mentorship that it names was left out (edge case 37). A deletion that is applied again waits for no report that was decided
 * where the copy comes from: there it could not have been entered into the ledger before (ADR 34). `table` is the mentoring
 * table's name.
 */
export function weighedHoldStore(table: string) {
  const holds = holdStore(table);
  const reports = reportStore(table);

  /**
   * Weighs the hold of somebody. Capacity: 1 read unit for 4 KB, and as much for each report that it names.
   *
   * @param judgedAt - up to which moment all reports are decided elsewhere; undefined where it is no deletion of a ledger
   */
  async function weigh(personId: PersonId, judgedAt: string | undefined): Promise<Weighed> {
    const seen = await holds.read(personId);
    const unheld = holds.isUnheld(personId);
    if (!holdsDeletion(seen.hold)) return { isHeld: false, rest: unheld };
    const holding = await Promise.all(seen.hold.concerned.map((id) => isHolding(id, judgedAt)));
    // A report that comes now changes the row.
    return holding.includes(true)
      ? { isHeld: true, rest: unheld }
      : { isHeld: false, rest: holds.isStill(seen) };
  }

  async function isHolding(reportId: ReportId, judgedAt: string | undefined): Promise<boolean> {
    const seen = await reports.read(reportId);
    if (seen?.report.state !== 'open') return false;
    if (judgedAt === undefined) return true;
    const made = momentOf(seen.report.createdAt).epochMilliseconds;
    return made > momentOf(judgedAt).epochMilliseconds;
  }

  return { weigh };
}
