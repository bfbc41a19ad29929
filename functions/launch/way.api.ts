import { timestamp } from '../../regions/calendar.ts';
import { kindTraits, type Language, type Provider } from '../../regions/schema.ts';
import { type AccountId, accountIdOf, type PlaceId } from '../enrolment/contract.ts';
import { placesStore } from '../enrolment/places.store.ts';
import { actingStore } from '../identity/acting.store.ts';
import type { LearnerId } from '../identity/contract.ts';
import { accountStore } from '../provisioning/account.store.ts';
import { type Account, providerSecrets } from '../provisioning/contract.ts';
import { codeStore } from '../provisioning/voucher-code.store.ts';
import type { PublicCaller } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { Conflict, NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { readSecret } from '../runtime/secrets.ts';
import { inLanguage, loginUrl } from './claims.rules.ts';
import {
  type Content,
  type ContentId,
  type Hint,
  TicketId,
  type WayIn,
  type wayRoutes,
} from './contract.ts';
import {
  contents,
  contentsOn,
  environment,
  keysNow,
  type LtiProvider,
  store,
  toolAt,
  unput,
} from './platform.api.ts';
import { sign } from './token.adapter.ts';
import {
  type Door,
  doorOf,
  enter,
  isReady,
  noPlace,
  notYet,
  noWayIn,
  opened,
  type Shut,
  signIn,
  ticketClaims,
} from './way.rules.ts';

type Routes = typeof wayRoutes;

const learners = actingStore(environment.IDENTITY_TABLE);
const enrolments = placesStore(environment.ENROLMENT_TABLE);
const accounts = accountStore(environment.PROVISIONING_TABLE);
const vouchers = codeStore(environment.PROVISIONING_TABLE);

/** Somebody at a door: whose account it is, and what they read. */
interface Comer {
  readonly accountId: AccountId;
  readonly account: Account;
  readonly locale: Language;
  readonly apiUrl: string;
}

async function open({ caller, params, query, apiUrl }: Call<Routes['open']>) {
  const { learnerId, language } = await learnerFor(caller, query.learnerId);
  const provider = await providerIn(learnerId, params.place);
  const account = await accounts.readAccount(learnerId, provider.id);
  if (!isReady(account)) throw refusalOf(notYet());
  const accountId = accountIdOf(learnerId, provider.id);
  const comer = { accountId, account, locale: language, apiUrl };
  return { body: await wayIn(provider, comer, query.contentId) };
}

async function wayIn(
  provider: Provider,
  comer: Comer,
  contentId: ContentId | undefined,
): Promise<WayIn> {
  const { account, accountId } = comer;
  const content = contentId && (await contentOf(provider, contentId));
  const door = doorOf(provider, account, accountId);
  switch (door.kind) {
    case 'told':
      return door.way;
    case 'voucher': {
      const code = await vouchers.codeOf(accountId);
      if (code === undefined) throw refusalOf(notYet());
      return { kind: 'redeem', url: door.url, code };
    }
    case 'ticket':
      return withTicket(provider, comer, door);
    case 'launch':
      return launched(provider, comer, content);
  }
}

/** A signed ticket where the provider takes one; otherwise, or while nobody has put its secret, they sign in there. */
async function withTicket(
  provider: Provider,
  comer: Comer,
  { by, page }: Extract<Door, { kind: 'ticket' }>,
): Promise<WayIn> {
  const { account, accountId, apiUrl } = comer;
  const { PROVIDERS_SECRET } = environment;
  const secret = await readSecret(PROVIDERS_SECRET, providerSecrets[by], provider.id).catch(unput);
  const launch = secret?.launch;
  if (launch === undefined) {
    // Where its own id of the account is no name, the name is the one that we gave.
    const isName = kindTraits[provider.kind].remoteId === 'name';
    const name = isName ? (account.remoteId ?? accountId) : accountId;
    return signIn(name, page);
  }
  const moment = now();
  const { current } = await keysNow();
  const whose = { issuer: apiUrl, audience: provider.id, accountId };
  const ticket = await sign(current, ticketClaims(whose, newId(TicketId, 'tkt'), moment));
  return opened(launch, ticket, moment);
}

/** The beginning of an LTI launch; the tool asks who comes, with the hint. */
async function launched(
  provider: Provider,
  { accountId, locale, apiUrl }: Comer,
  content: Content | undefined,
): Promise<WayIn> {
  const tool = isTool(provider) ? await toolAt(provider) : undefined;
  if (tool === undefined) throw refusalOf(noWayIn());
  const title = content?.title ?? inLanguage(provider.name, locale);
  const hint: Hint = {
    kind: 'resource',
    accountId,
    locale,
    target: content?.url ?? tool.secret.launch,
    resource: { id: content?.contentId ?? provider.id, title },
    custom: content?.custom,
  };
  const { loginHint, until } = await store.keepHint(provider.id, hint, now());
  const url = loginUrl(tool.secret.login, { issuer: apiUrl, region, provider }, hint, loginHint);
  return { kind: 'open', url, until: timestamp(until) };
}

async function listMyContents({ caller, params, query }: Call<Routes['listMyContents']>) {
  const { learnerId } = await learnerFor(caller, query.learnerId);
  const { places } = await enrolments.readPlaces(learnerId);
  const place = places[params.place];
  if (place === undefined) throw refusalOf(noPlace());
  const { contents: chosen, cursor } = await contentsOn(place.providerId, query);
  const shown = chosen.map(({ contentId, title }) => ({ contentId, title }));
  return { body: { contents: shown, cursor } };
}

async function learnerFor({ sub }: PublicCaller, wanted: LearnerId | undefined) {
  const learner = await learners.learnerOf(sub, wanted);
  if (learner !== undefined) return learner.profile;
  throw new NotFound({
    code: 'no-profile',
    detail: 'You act for no such learner. Write a profile with PUT /me first.',
  });
}

/** @throws {Conflict} nobody gets in by this place now */
async function providerIn(learnerId: LearnerId, placeId: PlaceId): Promise<Provider> {
  const place = enter(await enrolments.readPlaces(learnerId), placeId);
  if ('code' in place) throw refusalOf(place);
  const provider = region.providers.find(({ id }) => id === place.providerId);
  if (provider !== undefined) return provider;
  // It has left the region file, and the place has not ended yet.
  throw refusalOf(noWayIn());
}

async function contentOf(provider: Provider, contentId: ContentId): Promise<Content> {
  const content = await contents.read(provider.id, contentId);
  if (content !== undefined) return content;
  throw new NotFound({
    code: 'no-such-content',
    detail: 'The provider offers no such content. GET …/contents lists those that it does.',
  });
}

const isTool = (provider: Provider): provider is LtiProvider => provider.kind === 'lti';

function refusalOf(shut: Shut): Conflict {
  return new Conflict(shut);
}

export const wayHandlers = { open, listMyContents };
