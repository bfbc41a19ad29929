import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { anew } from './attempt.store.ts';
import { isOpen } from './consent.rules.ts';
import { consentStore } from './consent.store.ts';
import { type identity, identityEnvironments, LearnerId } from './contract.ts';
import { invitationsPerDay, mostGuardians } from './guardian.contract.ts';
import { dueDay, judgeChild, majorityBegins, mayGuard } from './guardian.rules.ts';
import { guardianStore } from './guardian.store.ts';
import { endOf, lastDayToAnswer, linkTo, termsOn } from './link.rules.ts';
import { verifiedEmail } from './login.adapter.ts';
import { outcomeStore } from './outcome.store.ts';
import { proofOf } from './rows.store.ts';
import { identityStore, type LearnerRecord, type Links } from './store.ts';
import { newToken, type Purpose, tokenStore } from './token.store.ts';
import { consentAfter, judgeAgain } from './word.rules.ts';

const environment = readEnvironment(identityEnvironments.api);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices, API_URL } = environment;
const learners = identityStore(table);
const guardians = guardianStore(table);
const requests = consentStore(table);
const links = tokenStore(table);
const outcomes = outcomeStore({ identity: table, notices }, region);

type Routes = typeof identity.routes;

async function listLearners({ caller }: Call<Routes['listLearners']>) {
  const { self, wards } = await learners.linksOf(caller.sub);
  const mine = self?.learnerId === undefined ? [] : [self.learnerId];
  const relations = new Map(wards.map(({ learnerId, relation }) => [learnerId, relation]));
  const records = await guardians.readLearners([...mine, ...relations.keys()]);
  return {
    body: {
      learners: records.map(({ profile: { learnerId, name, stage } }) => ({
        learnerId,
        name,
        stage,
        relation: relations.get(learnerId) ?? ('self' as const),
      })),
    },
  };
}

async function addChild({ caller, body, claim }: Call<Routes['addChild']>) {
  const moment = now();
  const at = timestamp(moment);
  await mustBeAdult(await learners.linksOf(caller.sub));
  const { relation, ...child } = body;
  const verdict = judgeChild(region, child, moment);
  if (verdict.kind === 'refused') throw new Ruled(verdict);
  const email = await verifiedEmail(caller.accessToken);
  const learnerId = newId(LearnerId, 'lrn');
  const consent = { state: verdict.consent };
  const profile = { learnerId, ...child, consent };
  const times = { version: 1, createdAt: at, updatedAt: at };
  const record: LearnerRecord = { profile, ...times, ownLogin: false, guardians: 1 };
  const until = epochSeconds(majorityBegins(region, child.birthDate));
  const by = { sub: caller.sub, relation };
  const kept = await learners.keep([
    rememberAnswer(table, claim, { status: 201, body: profile, version: 1 }),
    guardians.putChild(record, dueDay(region, { ...child, consent: consent.state, guardians: 1 })),
    ...guardians.addGuardian({ sub: caller.sub, email, learnerId, relation, since: at, until }),
    proofOf(table, learnerId, { word: 'granted', at, ...termsOn(region, moment), by }),
    ...(consent.state === 'own-needed' ? [askOwn(learnerId)] : []),
  ]);
  // All rows but the answer's are new.
  if (!kept) throw new AnsweredBefore();
  return { body: profile, version: 1 };
}

function askOwn(learnerId: LearnerId) {
  const to = { kind: 'learner', learnerId } as const;
  return sendNotice(notices, { kind: 'own-consent-needed', to, facts: {} });
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
  if (ward !== undefined && record !== undefined) return { record, relation: ward.relation };
  throw new NotFound({
    code: 'no-such-child',
    detail: 'You act for no such child. GET /me/learners lists whom you may act for.',
  });
}

async function offerLogin({ caller, params, body, claim }: Call<Routes['offerLogin']>) {
  const { learnerId } = params;
  const { ownLogin, profile } = (await childOf(caller.sub, learnerId)).record;
  if (ownLogin) throw refusals.hasLogin();
  const until = lastDayToAnswer(region, now());
  const { token, hash } = newToken();
  const expiresAt = epochSeconds(endOf(region, until));
  const to = { kind: 'address', email: body.email, language: profile.language } as const;
  const facts = { link: linkTo(region, API_URL, 'link', token), until };
  const mail = sendNotice(notices, { kind: 'login-offered', to, facts });
  await sendLink(hash, { kind: 'self', learnerId, expiresAt }, caller.sub, claim, mail);
  return { body: { learnerId } };
}

async function inviteGuardian({ caller, params, body, claim }: Call<Routes['inviteGuardian']>) {
  const { learnerId } = params;
  const { guardians: count, profile } = (await childOf(caller.sub, learnerId)).record;
  if (count >= mostGuardians) throw refusals.guardiansComplete();
  const until = lastDayToAnswer(region, now());
  const { token, hash } = newToken();
  const { email, relation } = body;
  const expiresAt = epochSeconds(endOf(region, until));
  const to = { kind: 'address', email, language: profile.language } as const;
  const facts = { link: linkTo(region, API_URL, 'link', token), until };
  const mail = sendNotice(notices, { kind: 'guardian-invited', to, facts });
  await sendLink(
    hash,
    { kind: 'guardian', learnerId, relation, expiresAt },
    caller.sub,
    claim,
    mail,
  );
  return { body: { learnerId } };
}

/** @throws {Ruled} `too-many-invitations` */
async function sendLink(
  hash: string,
  purpose: Purpose & { readonly learnerId: LearnerId },
  sub: Sub,
  claim: Claim,
  mail: TransactItem,
): Promise<void> {
  const by = { sub, day: dayIn(region, now()).toString() };
  const { learnerId } = purpose;
  const answer = rememberAnswer(table, claim, { status: 202, body: { learnerId } });
  switch (await links.sendLink(hash, purpose, by, answer, mail)) {
    case 'sent':
      return;
    case 'answered-before':
      throw new AnsweredBefore();
    case 'too-many':
      throw new Ruled({
        code: 'too-many-invitations',
        detail: `You had ${invitationsPerDay} mails sent today. Go on tomorrow.`,
      });
  }
}

async function withdrawConsent({ caller, params }: Call<Routes['withdrawConsent']>) {
  const moment = now();
  return anew(async () => {
    const { record, relation } = await childOf(caller.sub, params.learnerId);
    const { state } = record.profile.consent;
    if (consentAfter(state, 'withdrawn') !== 'withdrawn') throw refusals.consentIsOwn();
    const withdrawn = { body: { state: 'withdrawn' as const } };
    const changed = outcomes.changeConsent(record, 'withdrawn', moment);
    if (changed.length === 0) return withdrawn;
    const proof = proofOf(table, params.learnerId, {
      word: 'withdrawn',
      at: timestamp(moment),
      ...termsOn(region, moment),
      by: { sub: caller.sub, relation },
    });
    return (await learners.keep([...changed, proof])) ? withdrawn : undefined;
  });
}

async function consentAgain({ caller, params }: Call<Routes['consentAgain']>) {
  const moment = now();
  return anew(async () => {
    const { record, relation } = await childOf(caller.sub, params.learnerId);
    const { birthDate, consent } = record.profile;
    const withdrewLast = await guardians.withdrewLast(caller.sub, record);
    const known = { birthDate, consent: consent.state, withdrewLast };
    const verdict = judgeAgain(region, known, moment);
    if (verdict.kind === 'refused') throw new Conflict(verdict);
    if (verdict.kind === 'same') return { body: consent };
    const proof = proofOf(table, params.learnerId, {
      word: 'granted',
      at: timestamp(moment),
      ...termsOn(region, moment),
      by: { sub: caller.sub, relation },
    });
    const changed = outcomes.changeConsent(record, 'granted', moment);
    const granted = { body: { state: 'granted' as const } };
    return (await learners.keep([...changed, proof])) ? granted : undefined;
  });
}

const refusals = {
  hasLogin: () =>
    new Conflict({ code: 'has-login', detail: 'The child has a login of its own already.' }),
  guardiansComplete: () =>
    new Conflict({
      code: 'guardians-complete',
      detail: `The child has ${mostGuardians} guardians already.`,
    }),
  consentIsOwn: () =>
    new Conflict({
      code: 'consent-is-own',
      detail: 'The learner consented themself. Only they can withdraw, with PUT /me/consent.',
    }),
};

/** What guardians do for their children. */
export const guarding = {
  listLearners,
  addChild,
  offerLogin,
  inviteGuardian,
  withdrawConsent,
  consentAgain,
};
