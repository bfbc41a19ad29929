import { anew } from '../identity/attempt.store.ts';
import type { LearnerId } from '../identity/contract.ts';
import type { PublicCaller } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { NotFound, Stale } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { openStarts } from './availability.rules.ts';
import type { consultingRoutes } from './consulting.contract.ts';
import { askedSpan, consultingFor, entryOf, offerConsulting } from './consulting.rules.ts';
import { consultingStore, staffPartition } from './consulting.store.ts';
import { days, refusalOf, table } from './deciding.api.ts';
import { actingFor, learners, staff } from './people.api.ts';
import { learnerKey } from './rows.store.ts';

type Routes = typeof consultingRoutes;

const consultants = consultingStore(table);

async function readConsulting({ caller }: Call<Routes['readConsulting']>) {
  const { staffId } = await staff.memberOf(caller);
  const seen = await consultants.read(staffId);
  if (seen !== undefined) return { body: seen.consultant, version: seen.version };
  throw new NotFound({
    code: 'no-consulting-offer',
    detail: 'You offer nothing yet. Say what you offer with PUT /consulting/me.',
  });
}

async function writeConsulting({ caller, body, ifMatch }: Call<Routes['writeConsulting']>) {
  const { staffId } = await staff.memberOf(caller);
  return anew(async () => {
    const seen = await consultants.read(staffId);
    if (ifMatch !== undefined && ifMatch !== seen?.version) throw stale();
    const consultant = offerConsulting(region, staffId, body, seen?.consultant, now());
    if ('because' in consultant) throw refusalOf(consultant);
    const kept = await consultants.keep(consultant, seen?.version);
    return kept ? { body: consultant, version: (seen?.version ?? 0) + 1 } : undefined;
  });
}

async function listConsultants({ caller, query }: Call<Routes['listConsultants']>) {
  await learnerWithConsulting(caller, query.learnerId);
  const { topic } = query;
  const page = await consultants.listOpen(query.limit, query.cursor);
  const found = page.consultants.filter(
    ({ topics }) => topic === undefined || topics.includes(topic),
  );
  return { body: { ...page, consultants: found.map(entryOf) } };
}

async function listTimes({ caller, params, query }: Call<Routes['listConsultantTimes']>) {
  const { learnerId, policy } = await learnerWithConsulting(caller, query.learnerId);
  const seen = await consultants.read(params.staffId);
  if (seen === undefined || !seen.consultant.open) throw noSuchConsultant();
  const { minutes } = policy.consulting;
  const span = askedSpan(region, query, now());
  if (span === undefined) return { body: { minutes, starts: [] } };
  const { from, until } = span;
  const taken = await Promise.all(
    [staffPartition(params.staffId), learnerKey(learnerId)].map((owner) =>
      days.takenBetween(owner, from, until),
    ),
  );
  const { consultant } = seen;
  const starts = openStarts(consultant, consultant, taken.flat(), from, until, minutes);
  return { body: { minutes, starts: starts.map(String) } };
}

/**
 * The learner that a caller acts for, and the rules of consulting for them.
 *
 * @throws {NotFound} `no-profile`
 * @throws {Ruled} `service-not-offered`
 */
async function learnerWithConsulting(caller: PublicCaller, wanted: LearnerId | undefined) {
  const learnerId = await actingFor(caller, wanted);
  const record = await learners.readRecord(learnerId);
  if (record === undefined) throw new RangeError('somebody acts for a learner who is not there');
  const policy = consultingFor(region, record.profile.areaId, now());
  if ('because' in policy) throw refusalOf(policy);
  return { learnerId, policy };
}

/** What is said of a consultant who is not there, or takes no appointments. */
export function noSuchConsultant(): NotFound {
  return new NotFound({
    code: 'no-such-consultant',
    detail: 'No such consultant takes appointments. GET /consultants lists who does.',
  });
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail:
      'Your offer is not as If-Match says. Read it with GET /consulting/me, apply your change, and send the new ETag.',
  });
}

/** What consultants offer, and learners see of it. */
export const consultingHandlers = {
  readConsulting,
  writeConsulting,
  listConsultants,
  listConsultantTimes: listTimes,
};
