import { namesStore } from '../identity/names.store.ts';
import { csvFile } from '../runtime/file.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { append } from '../runtime/trail.ts';
import { environment, mentorOf, staff } from './people.api.ts';
import type { stipendRoutes } from './stipend.contract.ts';
import { inOrder, statementOf, totalsOf } from './stipend.rules.ts';
import { stipendStore } from './stipend.store.ts';
import { did, wholeRegion } from './vetting.api.ts';

type Routes = typeof stipendRoutes;

const ledger = stipendStore(environment.MENTORING_TABLE, region);
const names = namesStore(environment.IDENTITY_TABLE);

async function listMyStipends({ caller, query }: Call<Routes['listMyStipends']>) {
  const found = await ledger.listStipends(query.month, await mentorOf(caller));
  const stipends = inOrder(found).map(({ mentorId, ...stipend }) => stipend);
  return { body: { stipends, totals: totalsOf(found) } };
}

async function listStipends({ caller, query }: Call<Routes['listStipends']>) {
  const member = await staff.memberOf(caller);
  wholeRegion(member);
  const stipends = await ledger.listStipends(query.month);
  const { mentors } = await names.namesOf(
    [],
    stipends.map(({ mentorId }) => mentorId),
  );
  const look = { ...did(member, 'stipends-read'), subjects: [], details: [query.month] };
  await append(environment.AUDIT_TABLE, look);
  return { body: csvFile(statementOf(stipends, mentors)) };
}

/** The routes of what mentors earn. */
export const stipendHandlers = { listMyStipends, listStipends };
