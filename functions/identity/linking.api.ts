import { timestamp } from '../../regions/calendar.ts';
import type { PublicCaller } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { auditEntry } from '../runtime/trail.ts';
import { anew } from './attempt.store.ts';
import { closed, isOpen } from './consent.rules.ts';
import { consentStore, type Request } from './consent.store.ts';
import { type identity, identityEnvironments, type LearnerId } from './contract.ts';
import { dueDay, growingOf } from './growing.rules.ts';
import { mostGuardians, type Relation, type Token } from './guardian.contract.ts';
import { isOfAge, majorityBegins, mayGuard } from './guardian.rules.ts';
import { guardianStore, withFormer } from './guardian.store.ts';
import { mustStay } from './leaving.api.ts';
import { verifiedEmail } from './login.adapter.ts';
import type { LinkRow } from './rows.store.ts';
import { identityStore, type LearnerRecord, type Links } from './store.ts';
import { tokenStore } from './token.store.ts';

const { IDENTITY_TABLE: table, AUDIT_TABLE } = readEnvironment(identityEnvironments.api);
const learners = identityStore(table);
const guardians = guardianStore(table);
const requests = consentStore(table);
const tokens = tokenStore(table);

type Kind<Name extends LinkRow['kind']> = Extract<LinkRow, { kind: Name }>;

/** All that is known when a link is taken up. */
interface Taking {
  readonly caller: PublicCaller;
  readonly email: string;
  readonly token: Token;
  readonly links: Links;
  /** What the login has asked for itself. */
  readonly request: Request | undefined;
  readonly record: LearnerRecord;
}

/** The same login may take up its link again; the link is anyone else's no more. */
async function acceptLink({ caller, body }: Call<typeof identity.routes.acceptLink>) {
  const email = await verifiedEmail(caller.accessToken);
  return anew(async () => {
    const link = await tokens.readLink(body.token);
    if (link === undefined || link.kind === 'answer') throw noSuchLink();
    const consented = link.kind === 'withdrawal' ? await consentBehind(link, email) : undefined;
    const { learnerId: joined, relation } = consented ?? target(link);
    const record = await learners.readRecord(joined);
    if (record === undefined || record.leaving) throw noSuchLink();
    const { learnerId, name, stage } = record.profile;
    const done = { body: { learnerId, name, stage, relation } };
    if (link.usedBy === caller.sub) return done;
    if (link.usedBy !== undefined) throw refused('link-used', 'Somebody has used this link.');
    const links = await learners.linksOf(caller.sub);
    mustStay(links);
    if (consented !== undefined && links.wards.some((ward) => ward.learnerId === joined))
      return done;
    const asked = links.self?.consentId;
    const request = asked === undefined ? undefined : await requests.readRequest(asked);
    const taking = { caller, email, token: body.token, links, request, record };
    return (await taken(taking, link, consented)) ? done : undefined;
  });
}

function taken(taking: Taking, link: LinkRow, consented: Consented | undefined): Promise<boolean> {
  if (consented !== undefined) return join(taking, consented);
  return link.kind === 'guardian' ? becomeGuardian(taking, link) : becomeChild(taking);
}

/** Whom a link joins as what. */
function target(link: LinkRow) {
  if (!('learnerId' in link)) throw noSuchLink();
  const { learnerId } = link;
  return { learnerId, relation: link.kind === 'self' ? ('self' as const) : link.relation };
}

/** A consent that was given by a mailed link, of the guardian who gave it. */
interface Consented {
  readonly learnerId: LearnerId;
  readonly relation: Relation;
  readonly request: Request;
}

/**
 * The consent behind the link in the mail that confirmed it, for whoever shows that they are the guardian: by the
 * link's secret, and by the verified address of the login, which is the one that was asked. Neither alone is enough.
 */
async function consentBehind(
  { consentId, guardian }: Kind<'withdrawal'>,
  email: string,
): Promise<Consented> {
  const request = await requests.readRequest(consentId);
  const asked = guardian === undefined ? undefined : request?.guardians[guardian];
  if (request?.state !== 'granted' || asked?.answer !== 'granted') throw noSuchLink();
  if (asked.email?.toLowerCase() !== email.toLowerCase() || asked.relation === undefined)
    throw new Ruled({
      code: 'address-differs',
      detail:
        'Another address was asked for this consent. Sign in with the address that got the mail.',
    });
  const { learnerId } = request;
  if (learnerId === undefined)
    throw refused(
      'no-profile-yet',
      'The child has not written its profile yet. Try again when it has.',
    );
  return { learnerId, relation: asked.relation, request };
}

/** The guardian who consented by mail gets a login for the child; the link stays good to take the consent back. */
async function join(taking: Taking, { relation, request }: Consented): Promise<boolean> {
  const { learnerId, consent } = taking.record.profile;
  if (consent.state === 'own-given' || (await guardians.hasSpoken(learnerId)))
    throw refused(
      'consent-is-own',
      'The learner has spoken about consent themself since, and decides who else may act.',
    );
  return becomeGuardian(taking, { relation }, [
    auditEntry(AUDIT_TABLE, {
      at: timestamp(now()),
      actor: { kind: 'guardian' },
      action: 'guardian-joined',
      learnerId,
      subjects: [request.consentId],
      details: [relation],
    }),
  ]);
}

/** The login becomes the child: nobody else is it, and it is nobody else (domain.md section 2). */
async function becomeChild({ caller, email, token, links, request, record }: Taking) {
  const { learnerId } = record.profile;
  if (links.self?.learnerId !== undefined)
    throw refused('already-learner', 'This login is a learner already. Sign up with another.');
  if ([...links.wards, ...links.former].some((ward) => ward.learnerId === learnerId))
    throw refused('already-linked', 'You are the guardian. The child signs up with its own login.');
  if (record.ownLogin) throw refused('has-login', 'The child has a login of its own already.');
  // Once they have come of age, the link of whoever named the address has done its work.
  const former = record.guardians > 0 ? [] : await learners.guardiansOf(learnerId);
  const next = withFormer({ ...record, ownLogin: true }, former);
  return learners.keep([
    tokens.useLink(token, caller.sub),
    learners.becomeSelf(caller.sub, email, learnerId, links.self?.consentId),
    learners.putLogin(learnerId, { sub: caller.sub, relation: 'self', email }),
    learners.putRecord(next, dueDay(region, growingOf(next))),
    ...guardians.endLinks(learnerId, former, epochSeconds(now())),
    // Their guardian has registered them: nobody need answer any more.
    ...(request !== undefined && isOpen(request)
      ? [requests.putRequest(closed(request, now()), undefined)]
      : []),
  ]);
}

/**
 * The login becomes another guardian of the child.
 *
 * @param instead - what is written in the place of using the link up
 */
async function becomeGuardian(
  taking: Taking,
  { relation }: { readonly relation: Relation },
  instead?: readonly TransactItem[],
): Promise<boolean> {
  const { caller, email, token, links, record } = taking;
  const { learnerId, birthDate } = record.profile;
  if ([links.self, ...links.wards].some((link) => link?.learnerId === learnerId))
    throw refused('already-linked', 'You act for this child already.');
  // A link outlives the day on which guardians leave.
  if (isOfAge(region, birthDate, now())) throw noSuchLink();
  await mustBeAdult(taking);
  if (record.guardians >= mostGuardians)
    throw refused('guardians-complete', `The child has ${mostGuardians} guardians already.`);
  const until = epochSeconds(majorityBegins(region, birthDate));
  const since = timestamp(now());
  const next = { ...record, guardians: record.guardians + 1 };
  return learners.keep([
    ...(instead ?? [tokens.useLink(token, caller.sub)]),
    ...guardians.addGuardian({ sub: caller.sub, email, learnerId, relation, since, until }),
    learners.putRecord(next, dueDay(region, growingOf(next))),
  ]);
}

async function mustBeAdult({ links, request }: Taking): Promise<void> {
  const mine = links.self?.learnerId;
  const self = mine === undefined ? undefined : await learners.readRecord(mine);
  const asks = request !== undefined && isOpen(request);
  if (mayGuard(region, { birthDate: self?.profile.birthDate, asks }, now())) return;
  throw new Ruled({
    code: 'guardian-under-age',
    detail: 'Only someone of age is a guardian. Ask a parent to sign in and do this.',
  });
}

function refused(code: string, detail: string): Conflict {
  return new Conflict({ code, detail });
}

function noSuchLink(): NotFound {
  return new NotFound({
    code: 'no-such-link',
    detail: 'This link is unknown or its time is over. Ask whoever sent it to send another.',
  });
}

/** What people do with links by which they join a child. */
export const linking = { acceptLink };
