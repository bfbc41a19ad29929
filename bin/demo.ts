import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { about } from '../functions/about/contract.ts';
import { catalogue } from '../functions/catalogue/contract.ts';
import { eligibility } from '../functions/eligibility/contract.ts';
import { type Enrolments, enrolment } from '../functions/enrolment/contract.ts';
import { identity } from '../functions/identity/contract.ts';
import { launch, type WayIn } from '../functions/launch/contract.ts';
import { apiClient, type CallResult } from '../functions/runtime/client.ts';
import type { Route } from '../functions/runtime/route.ts';
import { ControlClient } from '../local/control/client.ts';
import { categories, type ProviderId } from '../regions/schema.ts';
import { type Account, accountsAt, canBeAsked } from './account.ts';
import { codeFor, publicLogin } from './login.ts';
import { narrator } from './narrator.ts';
import { recordPerson } from './person.ts';
import { leftEmpty, tourChoice } from './tour-choice.ts';

/** The learner of the tour, whom the local welfare registry gets to know under a name of their own. */
const learner = {
  birthDate: '2009-03-14',
  stage: 'high',
  group: 'low-income',
} as const;

/** Seconds that the tour waits for what happens in the background. */
const patience = 30;

/** The API refused something that the tour needs. */
export class TourStopped extends Error {
  override readonly name = 'TourStopped';
  readonly code = 'tour-stopped';
}

/**
 * `ladder demo`: the journey of a high-school learner, from sign-up to three accounts at content providers and into one
 * of them, each step and its answer printed.
 *
 * @param options.url - a local region that runs
 * @param options.json - one JSON object a step instead of text
 */
export async function demo({
  url,
  json,
}: {
  readonly url: string;
  readonly json?: true;
}): Promise<void> {
  const tell = narrator(json === true);
  const mailbox = new ControlClient(url);
  const configuration = await reach(url);
  const { region } = configuration;
  tell.title(`A learner's journey through ${region.name['en'] ?? region.id}, at ${url}`);

  const email = `learner-${randomBytes(4).toString('hex')}@example.com`;
  const login = publicLogin(
    configuration,
    email,
    `Tour-${randomBytes(9).toString('base64url')}-1a`,
  );
  await tell.step('Sign up with an e-mail address', login.signUp, () => email);
  const code = await tell.step(
    'Read the code from the mailbox',
    () => codeFor(email, mailbox),
    (read) => read,
  );
  await tell.step(
    'Confirm the address',
    () => login.confirm(code),
    () => 'confirmed',
  );
  const token = await tell.step(
    'Sign in',
    login.signIn,
    (read) => `access token of ${read.length} characters`,
  );
  const call = apiClient(url, token);

  const area = region.areas[0];
  if (area === undefined) throw new TourStopped('This region has no area.');
  const { birthDate, stage, group } = learner;
  const { name } = await recordPerson(url, region.id, { birthDate, groups: [group] });
  const language = region.languages.includes('ko') ? 'ko' : 'en';
  const profile = { name, birthDate, stage, areaId: area.id, language } as const;
  await tell.step(
    'Write the profile',
    async () =>
      expectOk(identity.routes.writeMe, await call(identity.routes.writeMe, { body: profile })),
    ({ learnerId }) => `${learnerId}, in ${area.name[language] ?? area.id}`,
  );
  const applied = await tell.step(
    `Qualify as ${learner.group}`,
    async () =>
      expectOk(
        eligibility.routes.apply,
        await call(eligibility.routes.apply, { body: { groupId: learner.group } }),
      ),
    ({ state, validUntil, decision }) =>
      `${state} by the ${decision?.decidedBy ?? 'officer, later'} until ${validUntil ?? '-'}, policy ${decision?.policyVersion ?? '-'}`,
  );
  if (applied.waitingFor !== undefined) throw new TourStopped(notDecided(applied.waitingFor));
  const wanted = categories.filter((category) => region.places[category] !== undefined);
  const read = async () =>
    expectOk(enrolment.routes.listMine, await call(enrolment.routes.listMine, {}));
  await tell.step(
    'The places open',
    () => until(read, ({ approval }) => approval !== undefined),
    () => wanted.join(', '),
  );

  const chosen = new Set<ProviderId>();
  for (const category of wanted) {
    await tell.step(
      `Choose a provider for ${category}`,
      async () => {
        const list = expectOk(
          catalogue.routes.listProviders,
          await call(catalogue.routes.listProviders, { query: { category } }),
        );
        if (list.providers.length === 0)
          throw new TourStopped(`Nobody offers ${category} to the stage ${stage}.`);
        const provider = await tourChoice(list.providers, chosen, (id) =>
          canBeAsked(url, region.id, id),
        );
        if (provider === undefined) return leftEmpty;
        chosen.add(provider.providerId);
        const input = { params: { place: category }, body: { providerId: provider.providerId } };
        const { state } = expectOk(
          enrolment.routes.choose,
          await call(enrolment.routes.choose, input),
        );
        return `${provider.name}: ${state}`;
      },
      (answer) => answer,
    );
  }
  if (chosen.size === 0) throw new TourStopped(nobodyToAsk(wanted));
  const settled = await tell.step(
    'The accounts are made',
    () => until(read, ({ enrolments }) => enrolments.every(({ state }) => state !== 'pending')),
    ({ enrolments }) => enrolments.map(({ category, state }) => `${category} ${state}`).join(', '),
  );
  for (const { category, providerId, accountId } of settled.enrolments) {
    await tell.step(
      `Ask ${providerId} itself`,
      () => accountsAt(url, region.id, providerId, accountId),
      (accounts) => describeAccounts(accounts, category),
    );
  }
  for (const { place, providerId } of settled.enrolments.slice(0, 1)) {
    const input = { params: { place } };
    await tell.step(
      `Open ${providerId}`,
      async () =>
        seenBy(expectOk(launch.routes.open, await call(launch.routes.open, input)), providerId),
      (page) => page,
    );
  }
  const active = settled.enrolments.filter(({ state }) => state === 'active').length;
  if (active !== settled.enrolments.length)
    throw new TourStopped(`${active} of ${settled.enrolments.length} accounts are active.`);
  tell.end(
    `${active} active accounts. The mails are at ${url}/_local/mailbox, the API's reference at ${url}/docs.`,
  );
}

function describeAccounts([account, ...others]: readonly Account[], category: string): string {
  if (account === undefined || others.length > 0)
    throw new TourStopped(`Not one account for ${category}.`);
  return `${account.active ? 'active' : 'inactive'} account ${account.id} for ${category}`;
}

/** Goes in as a browser does, without a password: the headline and the first words of the page; or how else one gets in. */
async function seenBy(way: WayIn, providerId: ProviderId): Promise<string> {
  if (way.kind === 'sign-in')
    return `sign in as ${way.account}${way.url === undefined ? '' : ` at ${way.url}`}`;
  if (way.kind === 'redeem') return `redeem ${way.code} at ${way.url}`;
  const response = await fetch(way.url);
  const page = await response.text();
  if (!response.ok) throw new TourStopped(`${providerId} answered ${response.status}: ${page}`);
  const [, headline, words] = /<h1>(.*)<\/h1>\s*<p>(.*)<\/p>/.exec(page) ?? [];
  if (headline === undefined) throw new TourStopped(`${providerId} shows no page: ${page}`);
  return `${headline}: ${words}`;
}

function nobodyToAsk(places: readonly string[]): string {
  return `No provider of ${places.join(', ')} is a SCIM server, and the tour asks providers themselves whether the accounts are there. Show it a region with one, such as regions/taebaek.yaml: npm start -- regions/taebaek.yaml`;
}

function notDecided(waitingFor: string): string {
  return `The application waits for an officer (${waitingFor}). The tour needs a region whose registry confirms the group "${learner.group}"; in regions/<region>.yaml that is "confirmedBy: registry".`;
}

async function reach(url: string) {
  try {
    return expectOk(
      about.routes.configuration,
      await apiClient(url)(about.routes.configuration, {}),
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TourStopped(
      `No region answers at ${url}. Start one with "npm start", or name its address with --url.`,
    );
  }
}

function expectOk<R extends Route>({ method, path }: R, result: CallResult<R>) {
  if (result.ok) return result.body;
  const { status, code, detail } = result.problem;
  throw new TourStopped(`${method} ${path} answered ${status} ${code}: ${detail}`);
}

async function until(
  read: () => Promise<Enrolments>,
  holds: (read: Enrolments) => boolean,
): Promise<Enrolments> {
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const found = await read();
    if (holds(found)) return found;
    if (Date.now() > deadline)
      throw new TourStopped(`Nothing changed for ${patience} s. The region's log says why.`);
    await sleep(100);
  }
}
