import { timestamp } from '../../regions/calendar.ts';
import { eligibilityStore } from '../eligibility/store.ts';
import { anew } from '../identity/attempt.store.ts';
import type { LearnerId } from '../identity/contract.ts';
import { now } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { Conflict, NotFound, Ruled, Stale } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { measure } from '../runtime/metric.ts';
import { region } from '../runtime/region.ts';
import { append } from '../runtime/trail.ts';
import type { mentoring } from './contract.ts';
import { householdStore } from './household.store.ts';
import { mentorshipStore } from './mentorship.store.ts';
import { actingFor, areaOf, environment, staff } from './people.api.ts';
import { askFor, type RequestRefused, withdraw } from './request.rules.ts';
import { requestStore } from './request.store.ts';
import { RequestId } from './words.contract.ts';

const requests = requestStore(environment.MENTORING_TABLE);
const mentorships = mentorshipStore(environment.MENTORING_TABLE);
const households = householdStore(environment.IDENTITY_TABLE);
const applications = eligibilityStore(environment.ELIGIBILITY_TABLE);

type Routes = typeof mentoring.routes;

async function readRequest({ caller, query }: Call<Routes['readRequest']>) {
  const seen = await requests.read(await actingFor(caller, query.learnerId));
  if (seen !== undefined) return { body: seen.request, version: seen.version };
  throw new NotFound({
    code: 'no-mentor-request',
    detail: 'You have asked for no mentor. Ask with PUT /me/mentor-request.',
  });
}

async function writeRequest({ caller, query, body, ifMatch }: Call<Routes['writeRequest']>) {
  const learnerId = await actingFor(caller, query.learnerId);
  const [counting, marks] = await Promise.all([
    applicationsOf(learnerId),
    households.marksOf(learnerId),
  ]);
  return anew(async () => {
    const seen = await requests.read(learnerId);
    if (ifMatch !== undefined && ifMatch !== seen?.version) throw stale();
    const asking = {
      learnerId,
      applications: counting,
      mentorships: await mentorshipsOf(learnerId),
      marks,
      newId: newId(RequestId, 'req'),
    };
    const next = askFor(region, seen, body, asking, now());
    if (next.kind === 'refused') throw refusalOf(next);
    const version = (seen?.version ?? 0) + 1;
    const same = next.request.requestId === seen?.request.requestId;
    const items = same
      ? [requests.change({ ...next, version: version - 1 })]
      : requests.begin(next, seen);
    if (!(await transact(items)).done) return undefined;
    if (!same) measure({ MentorsAskedFor: 1 });
    return { body: next.request, version };
  });
}

async function withdrawRequest({ caller, query }: Call<Routes['withdrawRequest']>) {
  const learnerId = await actingFor(caller, query.learnerId);
  return anew(async () => {
    const seen = await requests.read(learnerId);
    const next = withdraw(seen, await mentorshipsOf(learnerId));
    if (next === undefined) return { body: undefined };
    if ('kind' in next) throw refusalOf(next);
    return (await transact([requests.change(next)])).done ? { body: undefined } : undefined;
  });
}

async function listRequests({ caller, query }: Call<Routes['listRequests']>) {
  const member = await staff.memberOf(caller);
  const areaId = areaOf(member, query.areaId);
  const page = await requests.listOpen(areaId, query.limit, query.cursor);
  // Before anything is shown: a look that cannot be recorded is not taken.
  await append(environment.AUDIT_TABLE, {
    at: timestamp(now()),
    actor: { kind: 'staff', staffId: member.staffId },
    action: 'mentor-requests-read',
    areaId,
    subjects: page.requests.map(({ requestId }) => requestId),
    details: [],
  });
  return { body: page };
}

const mentorshipsOf = async (learnerId: LearnerId) =>
  (await mentorships.listOf(learnerId)).map(({ mentorship }) => mentorship);

/** The applications that say how a learner stands: the newest, and the approval that it renews. */
export async function applicationsOf(learnerId: LearnerId) {
  const ids = await applications.countingFor(learnerId);
  const found = await Promise.all(ids.map((id) => applications.read(id)));
  return found.flatMap((seen) => (seen === undefined ? [] : [seen.application]));
}

function refusalOf(refused: RequestRefused): Conflict | Ruled {
  return refused.by === 'conflict' ? new Conflict(refused) : new Ruled(refused);
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail:
      'Your request is not as If-Match says. Read it with GET /me/mentor-request, apply your change, and send the new ETag.',
  });
}

/** What learners do with their requests for a mentor, and what coordinators see of them. */
export const requestHandlers = { readRequest, writeRequest, withdrawRequest, listRequests };
