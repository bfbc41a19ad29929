import { holdStore } from '../../functions/mentoring/hold.store.ts';
import { Report, ReportId } from '../../functions/mentoring/report.contract.ts';
import { concernedBy, type Hold, type PersonId } from '../../functions/mentoring/report.rules.ts';
import { reportStore } from '../../functions/mentoring/report.store.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';

const holds = holdStore('mentoring');
const reports = reportStore('mentoring');

/**
 * Has one more report concern somebody.
 *
 * @param where - `elsewhere`: it stayed with the region that this copy was taken out of
 */
export async function concern(who: PersonId, where: 'here' | 'elsewhere' = 'here'): Promise<Hold> {
  const createdAt = '2025-06-02T00:00:00.000Z';
  const reportId = newId(ReportId, 'rpt');
  const said = { about: { kind: 'staff' }, reporter: { kind: 'login', sub: 'somebody' } };
  const kept = { reportId, ...said, words: 'Something was wrong.', state: 'open', createdAt };
  const seen = await holds.read(who);
  const hold = concernedBy(seen.hold, reportId);
  await transact([
    holds.change(hold, seen, createdAt),
    ...(where === 'here' ? [reports.create(Report.parse(kept))] : []),
  ]);
  return hold;
}
