import { timestamp } from '../../regions/calendar.ts';
import type { StaffId } from '../identity/contract.ts';
import {
  type Member,
  memberStore,
  nameAnArea,
  onlyAreaOf,
  type Scope,
  sees,
} from '../identity/member.store.ts';
import type { LearnerRecord } from '../identity/store.ts';
import { now } from '../runtime/clock.ts';
import { NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { region } from '../runtime/region.ts';
import {
  beginOf,
  type Change,
  change,
  environment,
  learners,
  noSuchApplication,
  papers,
  people,
  records,
  store,
} from './case.api.ts';
import { caseStore } from './case.store.ts';
import type { Application, ApplicationId, eligibility } from './contract.ts';
import { decideCase, type Known } from './decision.rules.ts';
import { judgeNow } from './judgement.api.ts';
import { allowed, claimCase, notOnDesk, releaseCase, requestMore } from './officer.rules.ts';
import { shownOf } from './papers.rules.ts';
import { personOf, tellApart } from './resemblance.rules.ts';
import type { Versioned } from './store.ts';

type Routes = typeof eligibility.routes;

const staff = memberStore(environment.IDENTITY_TABLE, region);
const queue = caseStore(environment.ELIGIBILITY_TABLE);

async function listWaiting({ caller, query }: Call<Routes['listWaiting']>) {
  const { staffId, scope } = await staff.memberOf(caller);
  const areaId = query.areaId ?? onlyAreaOf(scope);
  if (areaId === undefined) throw new Ruled(nameAnArea(scope));
  if (!sees(scope, areaId) || !region.areas.some(({ id }) => id === areaId)) {
    throw new NotFound({ code: 'no-such-area', detail: 'You serve no such area.' });
  }
  const at = timestamp(now());
  const { limit, cursor, ...filter } = query;
  const page = await queue.listQueue({ ...filter, areaId, asks: staffId, now: at }, limit, cursor);
  await records.lookAtPage(page.applications, staffId, at);
  return { body: page };
}

async function readApplication({ caller, params }: Call<Routes['readApplication']>) {
  const member = await staff.memberOf(caller);
  const { application, version } = await find(params.applicationId, member.scope);
  await records.look(application, member.staffId, 'application-read', timestamp(now()));
  return { body: application, version };
}

async function readApplicant({ caller, params }: Call<Routes['readApplicant']>) {
  const member = await staff.memberOf(caller);
  const { application } = await find(params.applicationId, member.scope);
  const record = await learners.readRecord(application.learnerId);
  if (record === undefined) throw noSuchApplication();
  await records.look(application, member.staffId, 'applicant-read', timestamp(now()));
  return { body: record.profile };
}

async function claim({ caller, params, ifMatch }: Call<Routes['claim']>) {
  const member = await staff.memberOf(caller);
  const { application, version } = await change({
    ...onCase(params.applicationId, member, ifMatch),
    rule: (found) => claimCase(found, { staffId: member.staffId, now: now() }),
    deed: () => ({ actor: actor(member), action: 'case-claimed' }),
  });
  return { body: application, version };
}

async function release({ caller, params, ifMatch }: Call<Routes['release']>) {
  const member = await staff.memberOf(caller);
  await change({
    ...onCase(params.applicationId, member, ifMatch),
    rule: (found) => releaseCase(found, { staffId: member.staffId, now: now() }),
    deed: () => ({ actor: actor(member), action: 'case-released' }),
  });
  return { body: undefined };
}

async function askForMore({ caller, params, body, ifMatch, claim }: Call<Routes['requestMore']>) {
  const member = await staff.memberOf(caller);
  const { application, version } = await change({
    ...onCase(params.applicationId, member, ifMatch),
    rule: (found) => requestMore(region, found, body, { staffId: member.staffId, now: now() }),
    deed: () => ({ actor: actor(member), action: 'evidence-requested' }),
    tells: true,
    answer: remembering(claim),
  });
  return { body: application, version };
}

async function decide({ caller, params, body, ifMatch, claim }: Call<Routes['decide']>) {
  const member = await staff.memberOf(caller);
  const { application, version } = await change({
    ...onCase(params.applicationId, member, ifMatch),
    rule: async (found, learner) => {
      const acting = { staffId: member.staffId, now: now() };
      const known = await knownOf(found, learner());
      return decideCase(region, found, body, known, acting);
    },
    deed: () => ({ actor: actor(member), action: body.outcome }),
    tells: true,
    answer: remembering(claim),
  });
  return { body: application, version };
}

async function apart({ caller, params, ifMatch, claim }: Call<Routes['tellApart']>) {
  const member = await staff.memberOf(caller);
  const before = await find(params.applicationId, member.scope);
  const { learnerId, resembles = [] } = before.application;
  const record = await learners.readRecord(learnerId);
  if (record === undefined) throw noSuchApplication();
  const person = personOf(record.profile);
  const registered = await people.read(person);
  const others = resembles.map((other) => other.learnerId);
  const { application, version } = await change({
    ...onCase(params.applicationId, member, ifMatch),
    rule: async (found) => {
      const acting = { staffId: member.staffId, now: now() };
      const wrong = notOnDesk(found, 'tell-apart', acting);
      if (wrong !== undefined) return wrong;
      const { resembles: _, waitingFor, ...rest } = found;
      const when = { submittedAt: undefined, countsFrom: await beginOf(found) };
      const judged = await judgeNow(record.profile, found.groupId, when, acting.now);
      const changedAt = timestamp(acting.now);
      return allowed({ ...rest, ...judged, profileVersion: record.version, changedAt });
    },
    deed: () => ({ actor: actor(member), action: 'told-apart' }),
    tells: true,
    answer: remembering(claim),
    also: () => [
      people.write(person, registered, tellApart(registered.known, learnerId, others)),
      learners.unchanged(record),
    ],
  });
  return { body: application, version };
}

/** What a change of a case by a member of staff has alike. */
function onCase(id: ApplicationId, { scope }: Member, ifMatch: number | undefined) {
  return { find: () => find(id, scope), ifMatch, tells: false } satisfies Partial<Change>;
}

const remembering = (claim: Claim) => (application: Application, version: number) =>
  rememberAnswer(environment.ELIGIBILITY_TABLE, claim, { status: 200, body: application, version });

const actor = ({ staffId }: { readonly staffId: StaffId }) => ({ kind: 'staff' as const, staffId });

/** What a decision rests on beside the application. */
async function knownOf(
  application: Application,
  learner: Promise<LearnerRecord | undefined>,
): Promise<Known> {
  const { learnerId } = application;
  const [record, held, countsFrom] = await Promise.all([
    learner,
    papers.papersOf(learnerId),
    beginOf(application),
  ]);
  return {
    profile: record?.profile,
    profileVersion: record?.version,
    papers: shownOf(held),
    countsFrom,
  };
}

/** An application in the caller's scope; another's is as if it were not there (edge case 50). */
async function find(id: ApplicationId, scope: Scope): Promise<Versioned> {
  const found = await store.read(id);
  if (found !== undefined && sees(scope, found.application.areaId)) return found;
  throw noSuchApplication();
}

/** The routes of officers. */
export const officerHandlers = {
  listWaiting,
  readApplication,
  readApplicant,
  claim,
  release,
  requestMore: askForMore,
  tellApart: apart,
  decide,
};
