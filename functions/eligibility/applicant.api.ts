import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { ActingFor } from '../identity/contract.ts';
import type { Learner } from '../identity/store.ts';
import type { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { Busy, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { appeal, handIn, withdraw } from './applicant.rules.ts';
import {
  beginOf,
  type Change,
  change,
  environment,
  learners,
  noSuchApplication,
  papers,
  quota,
  refusal,
  store,
} from './case.api.ts';
import { type Application, ApplicationId, type eligibility } from './contract.ts';
import { consentOf } from './decision.rules.ts';
import { judgeNow } from './judgement.api.ts';
import { keepNew } from './new-case.api.ts';
import { declineOffer, type OfferAnswered, takeOffer } from './offer.rules.ts';
import { allowed, refused, unchanged } from './officer.rules.ts';
import { admit, precedentOf } from './rules.ts';
import type { Versioned } from './store.ts';
import { shownToLearner } from './view.rules.ts';

type Routes = typeof eligibility.routes;

/** Times that an application is made anew because its learner's profile changed at the same moment. */
const attempts = 3;

async function apply(call: Call<Routes['apply']>) {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const kept = await applyOn(await applicantOf(call.caller.sub, call.query), call);
    if (kept !== undefined) return { body: shownToLearner(kept), version: 1 };
  }
  throw new Busy();
}

/** Undefined where the learner has changed since. */
async function applyOn(learner: Learner, { body, claim }: Call<Routes['apply']>) {
  const { profile } = learner;
  const moment = now();
  const today = dayIn(region, moment).toString();
  const precedent = precedentOf(await store.currentOf(profile.learnerId), today);
  // Before the registry is told of anyone: it need not know of applications that cannot be made.
  if (precedent.kind === 'refused') throw refusal(precedent);
  const admission = admit(region, body.groupId, profile.areaId, moment, precedent);
  if (admission.kind === 'refused') throw new Ruled(admission);
  const { learnerId, areaId, stage } = profile;
  const submittedAt = timestamp(moment);
  const { renews } = precedent;
  const wanted = {
    applicationId: newId(ApplicationId, 'app'),
    learnerId,
    groupId: body.groupId,
    areaId,
    stage,
    submittedAt,
    changedAt: submittedAt,
    profileVersion: learner.version,
    ...(renews === undefined ? {} : { renews }),
  };
  const when = {
    submittedAt: renews === undefined ? moment : undefined,
    countsFrom: await beginOf(precedent),
  };
  const judged = await judgeNow(profile, body.groupId, when, moment);
  const application: Application = { ...wanted, ...judged };
  return keepNew(application, learner, claim);
}

const noConsent = 'A guardian has not consented, or took consent back. Ask for consent first.';

/** Whom a request is about. */
async function applicantOf(sub: Sub, { learnerId }: ActingFor): Promise<Learner> {
  const learner = await learners.learnerOf(sub, learnerId);
  if (learner === undefined) {
    throw new Ruled({ code: 'profile-required', detail: 'Write your profile with PUT /me first.' });
  }
  if (consentOf(learner.profile) === 'given') return learner;
  throw new Ruled({ code: 'consent-required', detail: noConsent });
}

async function listMine({ caller, query }: Call<Routes['listMine']>) {
  const learnerId = await learners.learnerIdOf(caller.sub, query.learnerId);
  if (learnerId !== undefined) {
    const applications = (await store.listOf(learnerId)).map(withPosition);
    return { body: { applications: await Promise.all(applications) } };
  }
  throw new NotFound({
    code: 'no-profile',
    detail: 'You have no profile yet. Write it with PUT /me.',
  });
}

/** With the place in the waiting list, of the one that may wait there. */
async function withPosition(application: Application) {
  const own = shownToLearner(application);
  if (application.state !== 'waitlisted') return own;
  return { ...own, ...(await quota.positionOf(application)) };
}

async function handInPapers(call: Call<Routes['handIn']>) {
  return answered({
    ...(await onOwn(call)),
    rule: async (found) => handIn(region, found, await papers.papersOf(found.learnerId), now()),
    deed: () => ({ actor, action: 'handed-in' }),
    answer: remembering(call.claim),
  });
}

async function appealRejection(call: Call<Routes['appeal']>) {
  return answered({
    ...(await onOwn(call)),
    rule: (found) => appeal(region, found, call.body.reason, now()),
    deed: () => ({ actor, action: 'appealed' }),
    tells: true,
    answer: remembering(call.claim),
  });
}

async function withdrawCase(call: Call<Routes['withdraw']>) {
  return answered({
    ...(await onOwn(call)),
    rule: (found) => withdraw(found, now()),
    deed: () => ({ actor, action: 'withdrawn' }),
    answer: remembering(call.claim),
  });
}

async function takeOffered(call: Call<Routes['takeOffer']>) {
  return answered({
    ...(await onOwn(call)),
    rule: async (found, learner) => {
      const record = await learner();
      const answer = takeOffer(region, found, now(), await beginOf(found));
      const takes = answer.kind === 'answered';
      if (takes && (record === undefined || consentOf(record.profile) === 'missing'))
        return refused('consent-required', noConsent);
      return offerRuling(found, answer);
    },
    deed: () => ({ actor, action: 'offer-taken' }),
    tells: true,
  });
}

async function declineOffered(call: Call<Routes['declineOffer']>) {
  await change({
    ...(await onOwn(call)),
    rule: (found) => offerRuling(found, declineOffer(found, now())),
    deed: () => ({ actor, action: 'offer-declined' }),
  });
  return { body: undefined };
}

function offerRuling(found: Application, answer: OfferAnswered) {
  switch (answer.kind) {
    case 'refused':
      return answer;
    case 'unchanged':
      return unchanged(found);
    case 'answered':
      return allowed(answer.next);
  }
}

const actor = { kind: 'learner' } as const;

interface OwnCall {
  readonly caller: { readonly sub: Sub };
  readonly params: { readonly applicationId: ApplicationId };
  readonly query: ActingFor;
  readonly ifMatch: number | undefined;
}

/** What a change of one's own application has alike; another's is as if it were not there. */
async function onOwn({ caller, params, query, ifMatch }: OwnCall) {
  const learnerId = await learners.learnerIdOf(caller.sub, query.learnerId);
  const find = async (): Promise<Versioned> => {
    const found = await store.read(params.applicationId);
    if (learnerId === undefined || found?.application.learnerId !== learnerId)
      throw noSuchApplication();
    return found;
  };
  return { find, ifMatch, tells: false } satisfies Partial<Change>;
}

const remembering = (claim: Claim) => (application: Application, version: number) => {
  const body = shownToLearner(application);
  return rememberAnswer(environment.ELIGIBILITY_TABLE, claim, { status: 200, body, version });
};

async function answered(wanted: Change) {
  const { application, version } = await change(wanted);
  return { body: shownToLearner(application), version };
}

/** The routes of applicants. */
export const applicantHandlers = {
  apply,
  listMine,
  handIn: handInPapers,
  appeal: appealRejection,
  withdraw: withdrawCase,
  takeOffer: takeOffered,
  declineOffer: declineOffered,
};
