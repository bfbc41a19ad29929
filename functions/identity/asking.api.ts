import consentText from '#identity';
import { timestamp } from '../../regions/calendar.ts';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { anew } from './attempt.store.ts';
import { ConsentId, type ConsentView } from './consent.contract.ts';
import { dueOf, isAwaited, judgeAsk } from './consent.rules.ts';
import { consentStore, type Request } from './consent.store.ts';
import { type identity, identityEnvironments } from './contract.ts';
import type { Token } from './guardian.contract.ts';
import { mustStay } from './leaving.api.ts';
import { endOf, linkTo, termsOn } from './link.rules.ts';
import { verifiedEmail } from './login.adapter.ts';
import { outcomeStore } from './outcome.store.ts';
import { proofOf } from './proof.store.ts';
import { identityStore, type LearnerRecord } from './store.ts';
import { tieRequest } from './tie.store.ts';
import { newToken, tokenStore } from './token.store.ts';
import { judgeOwn } from './word.rules.ts';

const environment = readEnvironment(identityEnvironments.api);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices } = environment;
const learners = identityStore(table);
const requests = consentStore(table);
const links = tokenStore(table);
const outcomes = outcomeStore({ identity: table, notices }, region);

type Routes = typeof identity.routes;

async function askConsent({ caller, body, claim, apiUrl }: Call<Routes['askConsent']>) {
  const moment = now();
  const email = await verifiedEmail(caller.accessToken);
  const verdict = judgeAsk(region, body, email, moment);
  if (verdict.kind === 'refused') throw new Ruled(verdict);
  const { answerBy } = verdict;
  const learner = await withdrawn(caller.sub, body.birthDate);
  const asked = body.guardianEmails.map((address) => ({ address, ...newToken() }));
  const at = timestamp(moment);
  const request: Request = {
    consentId: newId(ConsentId, 'cns'),
    version: 0,
    state: 'asked',
    askedAt: at,
    changedAt: at,
    answerBy,
    ...termsOn(region, consentText.version, moment),
    guardians: asked.map(({ address, hash }) => ({ tokenHash: hash, email: address })),
    login: { sub: caller.sub, email },
    birthDate: body.birthDate,
    language: body.language,
    ...(learner === undefined
      ? {}
      : { learnerId: learner.profile.learnerId, after: learner.updatedAt }),
  };
  const view = { state: 'asked' as const, answerBy };
  const written = await requests.keepRequest(request, dueOf(request), [
    rememberAnswer(table, claim, { status: 202, body: view }),
    ...pointers(request, { sub: caller.sub, email }, learner, moment),
    ...asked.flatMap((guardian, position) => invitation(apiUrl, request, guardian, position)),
  ]);
  if (written.done) return { body: view };
  if (written.failed.includes(1)) throw new AnsweredBefore();
  throw cannotAsk(learner === undefined && (await learners.selfOf(caller.sub)) !== undefined);
}

/**
 * The learner whose consent was withdrawn, and who asks again; undefined where the login is no learner.
 *
 * @throws {Conflict} `already-learner`: consent stands, or is the learner's own
 * @throws {Ruled} `birth-date-differs`
 */
async function withdrawn(sub: Sub, birthDate: string): Promise<LearnerRecord | undefined> {
  const links = await learners.linksOf(sub);
  mustStay(links);
  const learnerId = links.self?.learnerId;
  const record = learnerId === undefined ? undefined : await learners.readRecord(learnerId);
  if (record === undefined) return undefined;
  if (record.profile.consent.state !== 'withdrawn') throw cannotAsk(true);
  if (record.profile.birthDate === birthDate) return record;
  throw new Ruled({
    code: 'birth-date-differs',
    detail: 'Your profile has another birth date. Send the same: GET /me shows it.',
  });
}

/** The writes that note that a login has asked: on its own, or as a learner who is still without consent. */
function pointers(
  request: Request,
  login: { readonly sub: Sub; readonly email: string },
  learner: LearnerRecord | undefined,
  moment: ReturnType<typeof now>,
) {
  const seconds = epochSeconds(moment);
  if (learner === undefined) return [requests.pointTo(request.consentId, login, seconds)];
  const again = epochSeconds(endOf(region, request.answerBy));
  return [
    requests.askAgain(request.consentId, login.sub, seconds, again),
    tieRequest(table, learner.profile.learnerId, request.consentId),
    learners.unchanged(learner),
  ];
}

function invitation(
  apiUrl: string,
  { consentId, answerBy, language = '' }: Request,
  guardian: { readonly address: string; readonly token: Token; readonly hash: string },
  position: number,
) {
  const to = { kind: 'address', email: guardian.address, language } as const;
  const facts = { link: linkTo(region, apiUrl, 'consent', guardian.token), until: answerBy };
  const expiresAt = epochSeconds(endOf(region, answerBy));
  return [
    links.makeLink(guardian.hash, { kind: 'answer', consentId, guardian: position, expiresAt }),
    sendNotice(notices, { kind: 'consent-asked', to, facts }),
  ];
}

function cannotAsk(isLearner: boolean): Conflict {
  return isLearner
    ? new Conflict({
        code: 'already-learner',
        detail: 'You are a learner already. GET /me/consent tells how consent stands.',
      })
    : new Conflict({
        code: 'asked-before',
        detail:
          'Your guardians were asked. GET /me/consent tells how it stands and until when they can answer; after that you can ask again.',
      });
}

async function readConsent({ caller, query }: Call<Routes['readConsent']>) {
  const learnerId = await learners.learnerIdOf(caller.sub, query.learnerId);
  const record = learnerId === undefined ? undefined : await learners.readRecord(learnerId);
  if (record !== undefined) return { body: await standing(caller.sub, record) };
  const { self } = query.learnerId === undefined ? await learners.linksOf(caller.sub) : {};
  const request =
    self?.consentId === undefined ? undefined : await requests.readRequest(self.consentId);
  if (request === undefined) {
    throw new NotFound({
      code: 'no-consent',
      detail: 'Nobody was asked for consent. Below the consent age begin with POST /me/consents.',
    });
  }
  const { state, answerBy } = request;
  return { body: { state, ...(state === 'asked' ? { answerBy } : {}) } };
}

/** How consent stands for a learner: where it was withdrawn, the request by which they asked again. */
async function standing(sub: Sub, { profile, own }: LearnerRecord): Promise<ConsentView> {
  const { state } = profile.consent;
  if (state === 'own-needed' && own !== undefined) return { state, answerBy: own.by };
  const { self } = state === 'withdrawn' ? await learners.linksOf(sub) : {};
  const mine = self?.learnerId === profile.learnerId ? self.askedAgain : undefined;
  const request = mine === undefined ? undefined : await requests.readRequest(mine);
  if (request === undefined || !isAwaited(region, request, now())) return { state };
  return { state: 'asked', answerBy: request.answerBy };
}

async function giveConsent({ caller, body }: Call<Routes['giveConsent']>) {
  const moment = now();
  return anew(async () => {
    const learnerId = await learners.selfOf(caller.sub);
    const record = learnerId === undefined ? undefined : await learners.readRecord(learnerId);
    if (record === undefined) {
      throw new NotFound({
        code: 'no-profile',
        detail: 'You have no profile yet. Write it with PUT /me.',
      });
    }
    const { birthDate, consent } = record.profile;
    const known = { birthDate, consent: consent.state };
    const verdict = judgeOwn(region, known, body.granted, moment);
    if (verdict.kind === 'refused') throw new Ruled(verdict);
    const changed = outcomes.changeConsent(record, verdict.consent, moment);
    const given = { body: { state: verdict.consent } };
    if (changed.length === 0) return given;
    const proof = proofOf(table, record.profile.learnerId, {
      word: body.granted ? 'own-given' : 'own-withdrawn',
      at: timestamp(moment),
      ...termsOn(region, consentText.version, moment),
      by: { sub: caller.sub, relation: 'self' },
    });
    return (await learners.keep([...changed, proof])) ? given : undefined;
  });
}

/** What a child, or a learner who has reached the consent age, does about consent. */
export const asking = { askConsent, readConsent, giveConsent };
