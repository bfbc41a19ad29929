import consentText from '#identity';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { anew } from './attempt.store.ts';
import { isOpen } from './consent.rules.ts';
import { consentStore } from './consent.store.ts';
import { type identity, identityEnvironments, LearnerId } from './contract.ts';
import { awaitOwn, dueDay, growingOf, noticeOf } from './growing.rules.ts';
import { judgeChild, majorityBegins, mayGuard } from './guardian.rules.ts';
import { guardianStore } from './guardian.store.ts';
import { noSuchChild } from './inviting.api.ts';
import { mustStay } from './leaving.api.ts';
import { termsOn } from './link.rules.ts';
import { verifiedEmail } from './login.adapter.ts';
import { outcomeStore } from './outcome.store.ts';
import { proofOf } from './proof.store.ts';
import { identityStore, type LearnerRecord, type Links } from './store.ts';
import { tokenStore } from './token.store.ts';
import { consentAfter, judgeAgain } from './word.rules.ts';

const environment = readEnvironment(identityEnvironments.api);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices } = environment;
const learners = identityStore(table);
const guardians = guardianStore(table);
const requests = consentStore(table);
const mailed = tokenStore(table);
const outcomes = outcomeStore({ identity: table, notices }, region);

type Routes = typeof identity.routes;

async function listLearners({ caller }: Call<Routes['listLearners']>) {
  const { self, wards, former } = await learners.linksOf(caller.sub);
  const mine = self?.learnerId === undefined ? [] : [self.learnerId];
  const relations = new Map(wards.map(({ learnerId, relation }) => [learnerId, relation]));
  const grown = new Set(former.map(({ learnerId }) => learnerId));
  const records = await guardians.readLearners([...mine, ...relations.keys(), ...grown]);
  const acted = records.filter(({ profile }) => !grown.has(profile.learnerId));
  // Of whom they act for no longer, guardians read nothing: the id is what an offer of a login needs.
  const waiting = records.filter(
    ({ profile, ownLogin }) => grown.has(profile.learnerId) && !ownLogin,
  );
  const withoutLogin = waiting.map(({ profile }) => profile.learnerId);
  return {
    body: {
      learners: acted.map(({ profile: { learnerId, name, stage } }) => ({
        learnerId,
        name,
        stage,
        relation: relations.get(learnerId) ?? ('self' as const),
      })),
      ...(withoutLogin.length === 0 ? {} : { withoutLogin }),
    },
  };
}

async function addChild({ caller, body, claim }: Call<Routes['addChild']>) {
  const moment = now();
  const at = timestamp(moment);
  const links = await learners.linksOf(caller.sub);
  mustStay(links);
  await mustBeAdult(links);
  const { relation, ...child } = body;
  const verdict = judgeChild(region, child, moment);
  if (verdict.kind === 'refused') throw new Ruled(verdict);
  const email = await verifiedEmail(caller.accessToken);
  const learnerId = newId(LearnerId, 'lrn');
  const consent = { state: verdict.consent };
  const profile = { learnerId, ...child, consent };
  const times = { version: 1, createdAt: at, updatedAt: at };
  const asks = consent.state === 'own-needed';
  const own = asks ? awaitOwn(region, dayIn(region, moment)) : undefined;
  const record: LearnerRecord = { profile, ...times, ownLogin: false, guardians: 1, own };
  const until = epochSeconds(majorityBegins(region, child.birthDate));
  const by = { sub: caller.sub, relation };
  const kept = await learners.keep([
    rememberAnswer(table, claim, { status: 201, body: profile, version: 1 }),
    guardians.putChild(record, dueDay(region, growingOf(record))),
    ...guardians.addGuardian({ sub: caller.sub, email, learnerId, relation, since: at, until }),
    proofOf(table, learnerId, {
      word: 'granted',
      at,
      ...termsOn(region, consentText.version, moment),
      by,
    }),
    ...(own === undefined ? [] : [askOwn(learnerId, own.by)]),
  ]);
  // All rows but the answer's are new.
  if (!kept) throw new AnsweredBefore();
  return { body: profile, version: 1 };
}

function askOwn(learnerId: LearnerId, until: string) {
  return sendNotice(notices, noticeOf(learnerId, { kind: 'own-consent-needed', until }));
}

/** @throws {Ruled} `guardian-under-age` */
async function mustBeAdult({ self }: Links): Promise<void> {
  const record =
    self?.learnerId === undefined ? undefined : await learners.readRecord(self.learnerId);
  const request =
    self?.consentId === undefined ? undefined : await requests.readRequest(self.consentId);
  const asks = request !== undefined && isOpen(request);
  if (mayGuard(region, { birthDate: record?.profile.birthDate, asks }, now())) return;
  throw new Ruled({
    code: 'guardian-under-age',
    detail: 'Only someone of age is a guardian. Ask a parent to sign in and do this.',
  });
}

/** @throws {NotFound} `no-such-child`: also for a child of somebody else */
async function childOf(sub: Sub, learnerId: LearnerId) {
  const { wards } = await learners.linksOf(sub);
  const ward = wards.find((link) => link.learnerId === learnerId);
  const record = ward === undefined ? undefined : await learners.readRecord(learnerId);
  if (ward !== undefined && record !== undefined) return { record, ward };
  throw noSuchChild();
}

async function withdrawConsent({ caller, params }: Call<Routes['withdrawConsent']>) {
  const moment = now();
  return anew(async () => {
    const { record, ward } = await childOf(caller.sub, params.learnerId);
    const { state } = record.profile.consent;
    if (consentAfter(state, 'withdrawn') !== 'withdrawn') throw consentIsOwn();
    const withdrawn = { body: { state: 'withdrawn' as const } };
    const changed = outcomes.changeConsent(record, 'withdrawn', moment);
    if (changed.length === 0) return withdrawn;
    const proof = proofOf(table, params.learnerId, {
      word: 'withdrawn',
      at: timestamp(moment),
      ...termsOn(region, consentText.version, moment),
      by: { sub: caller.sub, relation: ward.relation },
    });
    return (await learners.keep([...changed, proof])) ? withdrawn : undefined;
  });
}

async function consentAgain({ caller, params }: Call<Routes['consentAgain']>) {
  const moment = now();
  return anew(async () => {
    const { record, ward } = await childOf(caller.sub, params.learnerId);
    const { birthDate, consent } = record.profile;
    const withdrewLast = await withdrew({ sub: caller.sub, email: ward.email }, record);
    const known = { birthDate, consent: consent.state, withdrewLast };
    const verdict = judgeAgain(region, known, moment);
    if (verdict.kind === 'refused') throw new Conflict(verdict);
    if (verdict.kind === 'same') return { body: consent };
    const proof = proofOf(table, params.learnerId, {
      word: 'granted',
      at: timestamp(moment),
      ...termsOn(region, consentText.version, moment),
      by: { sub: caller.sub, relation: ward.relation },
    });
    const changed = outcomes.changeConsent(record, 'granted', moment);
    const granted = { body: { state: 'granted' as const } };
    return (await learners.keep([...changed, proof])) ? granted : undefined;
  });
}

/** Whether a guardian withdrew the consent that is missing: with the login, or by the link mailed to its address. */
async function withdrew(
  guardian: { readonly sub: Sub; readonly email: string },
  record: LearnerRecord,
): Promise<boolean> {
  const by = await guardians.withdrawnBy(record);
  if (by === undefined || 'staffId' in by) return false;
  if ('sub' in by) return by.sub === guardian.sub;
  const link = await mailed.findLink(by.tokenHash);
  if (link?.kind !== 'withdrawal' || link.guardian === undefined) return false;
  const request = await requests.readRequest(link.consentId);
  const asked = request?.guardians[link.guardian]?.email;
  return asked?.toLowerCase() === guardian.email.toLowerCase();
}

function consentIsOwn(): Conflict {
  return new Conflict({
    code: 'consent-is-own',
    detail: 'The learner consented themself. Only they can withdraw, with PUT /me/consent.',
  });
}

/** What guardians do for their children. */
export const guarding = {
  listLearners,
  addChild,
  withdrawConsent,
  consentAgain,
};
