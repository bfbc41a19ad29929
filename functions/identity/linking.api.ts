import { timestamp } from '../../regions/calendar.ts';
import type { PublicCaller } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { anew } from './attempt.store.ts';
import { closed, isOpen } from './consent.rules.ts';
import { consentStore, type Request } from './consent.store.ts';
import { type identity, identityEnvironments } from './contract.ts';
import { mostGuardians, type Token } from './guardian.contract.ts';
import { dueDay, majorityBegins, mayGuard } from './guardian.rules.ts';
import { guardianStore } from './guardian.store.ts';
import { verifiedEmail } from './login.adapter.ts';
import type { LinkRow } from './rows.store.ts';
import { identityStore, type LearnerRecord, type Links } from './store.ts';
import { tokenStore } from './token.store.ts';

const { IDENTITY_TABLE: table } = readEnvironment(identityEnvironments.api);
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
    if (link === undefined || !('learnerId' in link)) throw noSuchLink();
    const record = await learners.readRecord(link.learnerId);
    if (record === undefined) throw noSuchLink();
    const relation = link.kind === 'self' ? ('self' as const) : link.relation;
    const { learnerId, name, stage } = record.profile;
    const done = { body: { learnerId, name, stage, relation } };
    if (link.usedBy === caller.sub) return done;
    if (link.usedBy !== undefined) throw refused('link-used', 'Somebody has used this link.');
    const links = await learners.linksOf(caller.sub);
    const asked = links.self?.consentId;
    const request = asked === undefined ? undefined : await requests.readRequest(asked);
    const taking = { caller, email, token: body.token, links, request, record };
    const kept = link.kind === 'self' ? becomeChild(taking) : becomeGuardian(taking, link);
    return (await kept) ? done : undefined;
  });
}

/** The login becomes the child: nobody else is it, and it is nobody else (domain.md section 2). */
async function becomeChild({ caller, email, token, links, request, record }: Taking) {
  const { learnerId, birthDate, consent } = record.profile;
  if (links.self?.learnerId !== undefined)
    throw refused('already-learner', 'This login is a learner already. Sign up with another.');
  if (links.wards.some((ward) => ward.learnerId === learnerId))
    throw refused('already-linked', 'You are the guardian. The child signs up with its own login.');
  if (record.ownLogin) throw refused('has-login', 'The child has a login of its own already.');
  const due = dueDay(region, { birthDate, consent: consent.state, guardians: record.guardians });
  return learners.keep([
    tokens.useLink(token, caller.sub),
    learners.becomeSelf(caller.sub, email, learnerId, links.self?.consentId),
    learners.putLogin(learnerId, { sub: caller.sub, relation: 'self', email }),
    learners.putRecord({ ...record, ownLogin: true }, due),
    // Their guardian has registered them: nobody need answer any more.
    ...(request !== undefined && isOpen(request)
      ? [requests.putRequest(closed(request, now()), undefined)]
      : []),
  ]);
}

/** The login becomes another guardian of the child. */
async function becomeGuardian(taking: Taking, { relation }: Kind<'guardian'>) {
  const { caller, email, token, links, record } = taking;
  const { learnerId, birthDate, consent } = record.profile;
  if ([links.self, ...links.wards].some((link) => link?.learnerId === learnerId))
    throw refused('already-linked', 'You act for this child already.');
  await mustBeAdult(taking);
  if (record.guardians >= mostGuardians)
    throw refused('guardians-complete', `The child has ${mostGuardians} guardians already.`);
  const until = epochSeconds(majorityBegins(region, birthDate));
  const since = timestamp(now());
  const next = { ...record, guardians: record.guardians + 1 };
  const due = dueDay(region, { birthDate, consent: consent.state, guardians: next.guardians });
  return learners.keep([
    tokens.useLink(token, caller.sub),
    ...guardians.addGuardian({ sub: caller.sub, email, learnerId, relation, since, until }),
    learners.putRecord(next, due),
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
