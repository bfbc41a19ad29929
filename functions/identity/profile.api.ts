import { dayIn, timestamp } from '../../regions/calendar.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { NotFound, Ruled, Stale } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { anew } from './attempt.store.ts';
import { closed, dueOf, isOpen } from './consent.rules.ts';
import { consentStore, type Request } from './consent.store.ts';
import {
  type ConsentState,
  type identity,
  identityEnvironments,
  LearnerId,
  type ProfileInput,
} from './contract.ts';
import { awaitOwn, dueDay, growingOf, noticeOf, type OwnAwaited } from './growing.rules.ts';
import { majorityBegins } from './guardian.rules.ts';
import { guardianStore } from './guardian.store.ts';
import { noSuchChild } from './inviting.api.ts';
import { mustStay } from './leaving.api.ts';
import { verifiedEmail } from './login.adapter.ts';
import { outcomeStore } from './outcome.store.ts';
import { type Before, judgeProfile } from './rules.ts';
import { identityStore, type LearnerRecord, type Links } from './store.ts';
import { tieRequest } from './tie.store.ts';

const environment = readEnvironment(identityEnvironments.api);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices } = environment;
const learners = identityStore(table);
const guardians = guardianStore(table);
const requests = consentStore(table);
const outcomes = outcomeStore({ identity: table, notices }, region);

type Routes = typeof identity.routes;
type WriteMe = Call<Routes['writeMe']>;

async function readMe({ caller, query }: Call<Routes['readMe']>) {
  const learner = await learners.learnerOf(caller.sub, query.learnerId);
  if (learner !== undefined) return { body: learner.profile, version: learner.version };
  throw new NotFound({
    code: 'no-profile',
    detail: 'You have no profile yet. Write it with PUT /me.',
  });
}

/** A guardian names the child: without a name this is about whoever signed in, who may become a learner so. */
async function writeMe(call: WriteMe) {
  return anew(async () => {
    const links = await learners.linksOf(call.caller.sub);
    mustStay(links);
    const { learnerId } = call.query;
    if (learnerId !== undefined && !actsFor(links, learnerId)) throw noSuchChild();
    const mine = learnerId ?? links.self?.learnerId;
    return mine === undefined ? arrive(call, links) : replace(call, mine);
  });
}

function actsFor({ self, wards }: Links, learnerId: LearnerId): boolean {
  return [self, ...wards].some((link) => link?.learnerId === learnerId);
}

/** The first profile of a login; undefined where something changed meanwhile. */
async function arrive({ caller, body, ifMatch }: WriteMe, { self }: Links) {
  const moment = now();
  const request =
    self?.consentId === undefined ? undefined : await requests.readRequest(self.consentId);
  const consent = judged(body, request === undefined ? { kind: 'nobody' } : asker(request));
  if (ifMatch !== undefined) throw stale();
  const id = newId(LearnerId, 'lrn');
  const email = await verifiedEmail(caller.accessToken);
  const { birthDate } = body;
  const own = awaited(consent, undefined);
  const created = await learners.createLearner(caller.sub, email, id, body, timestamp(moment), {
    consent: { state: consent },
    own,
    asked: self?.consentId,
    dueOn: dueDay(region, { birthDate, consent, own, guardians: 0, ownLogin: true }),
    items: [...continued(request, consent, id), ...ownNeeded(id, undefined, own)],
  });
  if (!created) return undefined;
  return { body: { learnerId: id, ...body, consent: { state: consent } }, version: 1 };
}

const asker = ({ state, birthDate }: Request): Before => ({ kind: 'asker', state, birthDate });

/** What becomes of a request when its login becomes a learner: it is tied to the learner, or no longer needed. */
function continued(request: Request | undefined, consent: ConsentState, learnerId: LearnerId) {
  if (request === undefined || !isOpen(request)) return [];
  if (consent === 'not-needed') return [requests.putRequest(closed(request, now()), undefined)];
  const tied = { ...request, learnerId };
  return [
    requests.putRequest(tied, dueOf(tied)),
    tieRequest(table, learnerId, tied.consentId),
    ...outcomes.proofsOf(tied),
  ];
}

/** Another profile of a learner; undefined where something changed meanwhile. */
async function replace({ body, ifMatch }: WriteMe, learnerId: LearnerId) {
  const record = await learners.readRecord(learnerId);
  if (record === undefined) return undefined;
  const before = record.profile.consent.state;
  const consent = judged(body, { kind: 'learner', consent: before });
  if (ifMatch !== undefined && ifMatch !== record.version) throw stale();
  const profile = { learnerId, ...body, consent: { state: consent } };
  const own = awaited(consent, record.own);
  const next = { ...record, profile, own, updatedAt: timestamp(now()) };
  const kept = await learners.keep([
    learners.putRecord(next, dueDay(region, growingOf(next))),
    ...(await movedEnds(record, body)),
    ...ownNeeded(learnerId, record.own, own),
  ]);
  return kept ? { body: profile, version: record.version + 1 } : undefined;
}

/** @throws {Ruled} what is wrong with the profile */
function judged(profile: ProfileInput, before: Before): ConsentState {
  const verdict = judgeProfile(region, profile, now(), before);
  if (verdict.kind === 'refused') throw new Ruled(verdict);
  return verdict.consent;
}

/** Where the birth date is corrected, guardians' access ends on another day. */
async function movedEnds({ profile, guardians: count }: LearnerRecord, body: ProfileInput) {
  if (count === 0 || profile.birthDate === body.birthDate) return [];
  const subs = await learners.guardiansOf(profile.learnerId);
  const until = epochSeconds(majorityBegins(region, body.birthDate));
  return guardians.moveEnds(profile.learnerId, subs, until);
}

/** Until when own consent is awaited, if it is; what was asked before stays asked. */
function awaited(consent: ConsentState, before: OwnAwaited | undefined): OwnAwaited | undefined {
  return consent === 'own-needed' ? (before ?? awaitOwn(region, dayIn(region, now()))) : undefined;
}

/** The notice to whoever has now to consent themself. */
function ownNeeded(
  learnerId: LearnerId,
  before: OwnAwaited | undefined,
  own: OwnAwaited | undefined,
): TransactItem[] {
  if (own === undefined || before !== undefined) return [];
  const told = { kind: 'own-consent-needed', until: own.by } as const;
  return [sendNotice(notices, noticeOf(learnerId, told))];
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail:
      'The profile is not as If-Match says. Read it with GET /me, apply your change, and send the new ETag.',
  });
}

/** What people do with profiles. */
export const profiles = { readMe, writeMe };
