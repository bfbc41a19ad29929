import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { auditEntry } from '../runtime/trail.ts';
import { actingStore } from './acting.store.ts';
import { type identity, identityEnvironments, type LearnerId } from './contract.ts';
import { invitationsPerDay, mostGuardians } from './guardian.contract.ts';
import { endOf, lastDayToAnswer, linkTo } from './link.rules.ts';
import { newToken, type Purpose, tokenStore } from './token.store.ts';

const environment = readEnvironment(identityEnvironments.api);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices, AUDIT_TABLE } = environment;
const learners = actingStore(table);
const links = tokenStore(table);

type Routes = typeof identity.routes;

/**
 * A child for whom a guardian may name an address: one that they act for, or one that came of age without a login,
 * for whom nobody else could (docs/adr/0012-consent.md).
 *
 * @throws {NotFound} `no-such-child`: also for a child of somebody else
 */
async function childToInviteFor(sub: Sub, learnerId: LearnerId) {
  const { wards, former } = await learners.linksOf(sub);
  const ward = [...wards, ...former].find((link) => link.learnerId === learnerId);
  const record = ward === undefined ? undefined : await learners.readRecord(learnerId);
  if (ward === undefined || record === undefined) throw noSuchChild();
  const acts = wards.includes(ward);
  // Of a grown learner with a login a guardian learns nothing, not even that.
  if (!acts && record.ownLogin) throw noSuchChild();
  return { record, email: ward.email, acts };
}

async function offerLogin(call: Call<Routes['offerLogin']>) {
  const { caller, params, body, claim, apiUrl } = call;
  const { learnerId } = params;
  const { record, email: own, acts } = await childToInviteFor(caller.sub, learnerId);
  if (record.ownLogin) throw hasLogin();
  if (body.email.toLowerCase() === own.toLowerCase()) throw addressIsYours();
  const until = lastDayToAnswer(region, now());
  const { token, hash } = newToken();
  const expiresAt = epochSeconds(endOf(region, until));
  const to = { kind: 'address', email: body.email, language: record.profile.language } as const;
  const facts = { link: linkTo(region, apiUrl, 'link', token), until };
  await sendLink(hash, { kind: 'self', learnerId, expiresAt }, caller.sub, claim, [
    sendNotice(notices, { kind: 'login-offered', to, facts }),
    ...(acts ? [] : [offeredAfterwards(learnerId)]),
  ]);
  return { body: { learnerId } };
}

/** What someone does who acts for the learner no longer is recorded, without the address. */
function offeredAfterwards(learnerId: LearnerId): TransactItem {
  return auditEntry(AUDIT_TABLE, {
    at: timestamp(now()),
    actor: { kind: 'guardian' },
    action: 'login-offered',
    learnerId,
    subjects: [],
    details: [],
  });
}

async function inviteGuardian(call: Call<Routes['inviteGuardian']>) {
  const { caller, params, body, claim, apiUrl } = call;
  const { learnerId } = params;
  const { record, acts } = await childToInviteFor(caller.sub, learnerId);
  if (!acts) throw noSuchChild();
  if (record.guardians >= mostGuardians) throw guardiansComplete();
  const until = lastDayToAnswer(region, now());
  const { token, hash } = newToken();
  const { email, relation } = body;
  const expiresAt = epochSeconds(endOf(region, until));
  const to = { kind: 'address', email, language: record.profile.language } as const;
  const facts = { link: linkTo(region, apiUrl, 'link', token), until };
  const mail = sendNotice(notices, { kind: 'guardian-invited', to, facts });
  const purpose = { kind: 'guardian', learnerId, relation, expiresAt } as const;
  await sendLink(hash, purpose, caller.sub, claim, [mail]);
  return { body: { learnerId } };
}

/** @throws {Ruled} `too-many-invitations` */
async function sendLink(
  hash: string,
  purpose: Purpose & { readonly learnerId: LearnerId },
  sub: Sub,
  claim: Claim,
  along: readonly TransactItem[],
): Promise<void> {
  const by = { sub, day: dayIn(region, now()).toString() };
  const { learnerId } = purpose;
  const answer = rememberAnswer(table, claim, { status: 202, body: { learnerId } });
  switch (await links.sendLink(hash, purpose, by, answer, along)) {
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

/** What whoever acts for no such child hears, also of somebody else's. */
export function noSuchChild(): NotFound {
  return new NotFound({
    code: 'no-such-child',
    detail: 'You act for no such child. GET /me/learners lists whom you may act for.',
  });
}

function hasLogin(): Conflict {
  return new Conflict({ code: 'has-login', detail: 'The child has a login of its own already.' });
}

function addressIsYours(): Ruled {
  return new Ruled({
    code: 'address-is-yours',
    detail: 'This is your own address. Name one that the child alone reads, for its own login.',
  });
}

function guardiansComplete(): Conflict {
  return new Conflict({
    code: 'guardians-complete',
    detail: `The child has ${mostGuardians} guardians already.`,
  });
}

/** Whom guardians let join a child: the child itself, or a second guardian. */
export const inviting = { offerLogin, inviteGuardian };
