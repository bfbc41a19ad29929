import consentText from '#identity';
import { dayIn, policyOn } from '../../regions/calendar.ts';
import { PolicyVersion } from '../../regions/schema.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { anew } from './attempt.store.ts';
import { answer, isOpen, withdraw } from './consent.rules.ts';
import { consentStore, type Request } from './consent.store.ts';
import { type ConsentState, type identity, identityEnvironments } from './contract.ts';
import type { Token } from './guardian.contract.ts';
import { isOfAge, majorityBegins } from './guardian.rules.ts';
import { linkTo, termsOn } from './link.rules.ts';
import { outcomeStore } from './outcome.store.ts';
import { proofOf } from './proof.store.ts';
import { identityStore } from './store.ts';
import { hashOf, newToken, tokenStore } from './token.store.ts';
import { consentAfter } from './word.rules.ts';

const environment = readEnvironment(identityEnvironments.api);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices } = environment;
const learners = identityStore(table);
const requests = consentStore(table);
const links = tokenStore(table);
const outcomes = outcomeStore({ identity: table, notices }, region);

type Routes = typeof identity.routes;
type Moment = ReturnType<typeof now>;

async function readText(_call: Call<Routes['readText']>) {
  return { body: consentText };
}

/** What a token of a mailed link asks about; links of other kinds are as if they were not there. */
async function requestOf(token: Token, kind: 'answer' | 'withdrawal') {
  const link = await links.readLink(token);
  if (link === undefined || link.kind !== kind || !('consentId' in link)) throw noSuchLink();
  const request = await requests.readRequest(link.consentId);
  if (request === undefined) throw noSuchLink();
  return { link, request };
}

function noSuchLink(): NotFound {
  return new NotFound({
    code: 'no-such-link',
    detail:
      'This link is unknown or its time is over. Ask whoever sent it to send another, and copy all of it.',
  });
}

async function readAsked({ body }: Call<Routes['readAsked']>) {
  const { request } = await requestOf(body.token, 'answer');
  const { state, answerBy, birthDate, policyVersion } = request;
  if (birthDate === undefined || !isOpen(request)) throw noSuchLink();
  return {
    body: {
      region: region.name,
      birthYear: Number(birthDate.slice(0, 4)),
      state,
      answerBy,
      legalBasis: policyOn(region, dayIn(region, now())).legalBasis,
      policyVersion: PolicyVersion.parse(policyVersion),
      consentText,
    },
  };
}

async function answerAsked({ body, claim, apiUrl }: Call<Routes['answerAsked']>) {
  const moment = now();
  return anew(async () => {
    const { link, request } = await requestOf(body.token, 'answer');
    const position = link.kind === 'answer' ? link.guardian : -1;
    const verdict = answer(region, request, position, body, moment);
    if (verdict.kind === 'same') return { body: { state: request.state } };
    if (verdict.kind === 'over') throw noSuchLink();
    if (verdict.kind === 'other-answer') throw alreadyAnswered();
    const { next } = verdict;
    const kept = { body: { state: next.state } };
    const items = [
      rememberAnswer(table, claim, { status: 200, body: kept.body }),
      ...(body.answer === 'granted' ? confirmation(apiUrl, next, position) : []),
    ];
    return (await outcomes.settle(request, next, moment, items)) ? kept : undefined;
  });
}

function alreadyAnswered(): Conflict {
  return new Conflict({
    code: 'already-answered',
    detail:
      'You have answered otherwise before. To take a consent back, use the link in the mail that confirmed it.',
  });
}

/** The writes that mail a guardian who consented how to take it back; the link lasts until the child is of age. */
function confirmation(apiUrl: string, request: Request, position: number) {
  const { consentId, birthDate, language, guardians } = request;
  const email = guardians[position]?.email;
  if (email === undefined || language === undefined || birthDate === undefined) return [];
  const { token, hash } = newToken();
  const expiresAt = epochSeconds(majorityBegins(region, birthDate));
  const to = { kind: 'address', email, language } as const;
  const facts = {
    link: linkTo(region, apiUrl, 'consent/withdrawal', token),
    join: linkTo(region, apiUrl, 'link', token),
  };
  return [
    links.makeLink(hash, { kind: 'withdrawal', consentId, guardian: position, expiresAt }),
    sendNotice(notices, { kind: 'consent-confirmed', to, facts }),
  ];
}

async function takeBack({ body, claim }: Call<Routes['takeBack']>) {
  const moment = now();
  return anew(async () => {
    const { request } = await requestOf(body.token, 'withdrawal');
    if (request.state === 'withdrawn') {
      await mustStayWithdrawn(request);
      return { body: { state: request.state } };
    }
    const next = withdraw(request, moment);
    if (next === undefined) throw noSuchLink();
    await mustBeGuardians(request, moment);
    const kept = { body: { state: next.state } };
    const items = [
      rememberAnswer(table, claim, { status: 200, body: kept.body }),
      ...withdrawalProof(next, body.token),
    ];
    return (await outcomes.settle(request, next, moment, items)) ? kept : undefined;
  });
}

/**
 * @throws {Conflict} `consent-is-own`: the learner has consented themself since
 * @throws {NotFound} `no-such-link`: the learner is of age by a policy that is newer than the link
 */
async function mustBeGuardians({ learnerId }: Request, moment: Moment): Promise<void> {
  const record = learnerId === undefined ? undefined : await learners.readRecord(learnerId);
  if (record !== undefined && isOfAge(region, record.profile.birthDate, moment)) throw noSuchLink();
  const state = record?.profile.consent.state;
  if (state !== undefined) mustNotBeOwn(state);
}

/** @throws {Conflict} `consent-is-own`: no guardian can withdraw what the learner has said since */
function mustNotBeOwn(state: ConsentState): void {
  if (consentAfter(state, 'withdrawn') === 'withdrawn') return;
  throw new Conflict({
    code: 'consent-is-own',
    detail:
      'The learner has consented themself since. Only they can withdraw, with PUT /me/consent.',
  });
}

/**
 * A link takes its own consent back, once: nobody shall believe that it did so again.
 *
 * @throws {Conflict} `consented-since`: by a login; `consent-is-own`
 */
async function mustStayWithdrawn({ learnerId }: Request): Promise<void> {
  const record = learnerId === undefined ? undefined : await learners.readRecord(learnerId);
  const state = record?.profile.consent.state;
  if (state === undefined || state === 'withdrawn') return;
  mustNotBeOwn(state);
  throw new Conflict({
    code: 'consented-since',
    detail:
      'This link has taken its consent back before, and a guardian has consented with a login since. Withdraw that one signed in, with DELETE /me/children/{learnerId}/consent.',
  });
}

function withdrawalProof({ learnerId, changedAt }: Request, token: Token): TransactItem[] {
  if (learnerId === undefined) return [];
  const by = { tokenHash: hashOf(token) };
  const terms = termsOn(region, consentText.version, now());
  return [proofOf(table, learnerId, { word: 'withdrawn', at: changedAt, ...terms, by })];
}

/** What guardians do with the links that were mailed to them. */
export const answering = { readText, readAsked, answerAsked, takeBack };
