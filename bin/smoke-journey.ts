import type { Configuration } from '../functions/about/contract.ts';
import { audit } from '../functions/audit/contract.ts';
import { catalogue } from '../functions/catalogue/contract.ts';
import { enrolment } from '../functions/enrolment/contract.ts';
import { identity } from '../functions/identity/contract.ts';
import { apiClient } from '../functions/runtime/client.ts';
import { categories, type Region } from '../regions/schema.ts';
import { publicLogin } from './login.ts';
import {
  accepted,
  closed,
  differs,
  profileFor,
  reach,
  referenceAt,
  refusedWith,
  refuseStrangers,
  same,
} from './smoke-checks.ts';
import { erase, type Reference } from './smoke-erasure.ts';
import type { SyntheticLogin } from './smoke-learner.ts';
import type { Recorder } from './smoke-steps.ts';

/** Where the journey goes, and what it has come by. */
export interface Visit {
  /** The API's address, without a slash at its end. */
  readonly url: string;
  readonly region: Region;
  readonly poolId: string;
  readonly login: SyntheticLogin;
  readonly interrupted: AbortSignal | undefined;
  reference?: Reference;
  token?: string;
  /** From here on there may be a login that has to go again. */
  begun?: true;
}

/** Milliseconds for which a new API may still be unknown to the edge that serves it. */
const settling = 60_000;

/** Milliseconds that a deletion may take: its steps run one after the other, each in a function of its own. */
const erasing = 180_000;

/**
 * The journey of a synthetic learner through the real endpoints. It applies for nothing, so it takes no seat and no
 * quota, and no registry is asked.
 *
 * @throws {JourneyEnded} a step has failed, or the visit was interrupted
 */
export async function journey(visit: Visit, { step }: Recorder): Promise<void> {
  const { url, login, poolId, interrupted } = visit;
  const place = { url, regionId: visit.region.id, poolId };
  const configuration = await step(
    'reach',
    (signal) => reach(place, signal),
    ({ region }) => region.id,
    { interrupted, patience: settling },
  );
  visit.reference = await step(
    'reference',
    () => referenceAt(url),
    ({ paths }) => `${Object.keys(paths).length} paths`,
    { interrupted },
  );
  await step(
    'strangers',
    () => refuseStrangers(url),
    (count) => `${count} refused`,
    { interrupted },
  );
  visit.begun = true;
  const leftovers = { interrupted, patience: erasing };
  await step(
    'leftovers',
    (over) => removeLeftovers(visit, configuration, over),
    (what) => what,
    leftovers,
  );
  await step('login', login.create, () => 'made, and nothing mailed', { interrupted });
  const { signIn } = publicLogin(configuration, login.email, login.password);
  const token = await step('sign-in', signIn, () => 'an access token', { interrupted });
  visit.token = token;
  await asLearner(token, configuration, visit, step);
}

/** Deletes what an interrupted run left. Its password is nobody's any more, so the login gets another first. */
async function removeLeftovers(
  visit: Visit,
  configuration: Configuration,
  over: AbortSignal,
): Promise<string> {
  const { url, login, reference } = visit;
  if (!(await login.exists())) return 'nothing was left';
  await login.takeOver();
  const token = await publicLogin(configuration, login.email, login.password).signIn();
  return `removed of an earlier run: ${await erase({ url, login, token, reference }, over)}`;
}

async function asLearner(
  token: string,
  configuration: Configuration,
  { url, region, interrupted }: Visit,
  step: Recorder['step'],
): Promise<void> {
  const call = apiClient(url, token);
  const body = profileFor(configuration);
  const { writeMe, readMe } = identity.routes;
  const write = async () => accepted(writeMe, await call(writeMe, { body }));
  const written = await step('profile', write, ({ learnerId }) => learnerId, { interrupted });
  const readBack = async () => same(written, accepted(readMe, await call(readMe, {})));
  await step('read-back', readBack, () => 'the same', { interrupted });
  const counted = (count: number) => `${count} providers for the stage ${body.stage}, no place yet`;
  await step('offers', () => look(call), counted, { interrupted });
  const refused = (code: string) => `refused: ${code}`;
  await step('no-place', () => choose(call, configuration, region), refused, { interrupted });
  const audited = async () => closed(await call(audit.routes.listEntries, {}));
  await step('staff-only', audited, (status) => `refused with ${status}`, { interrupted });
}

type Caller = ReturnType<typeof apiClient>;

/** @returns how many providers there are for the learner */
async function look(call: Caller): Promise<number> {
  const { listProviders } = catalogue.routes;
  const { listMine } = enrolment.routes;
  const { providers } = accepted(listProviders, await call(listProviders, {}));
  const { approval, enrolments } = accepted(listMine, await call(listMine, {}));
  if (approval === undefined && enrolments.length === 0) return providers.length;
  throw differs(
    'GET /me/enrolments shows a new learner an approval or a place. Look at the table of enrolment.',
  );
}

/** A place is refused to whoever has no approval. */
async function choose(call: Caller, configuration: Configuration, region: Region) {
  const place = categories.find((one) => configuration.region.places[one] !== undefined);
  const providerId = region.providers[0]?.id;
  if (place === undefined || providerId === undefined)
    throw differs('The region has no place or no provider. Deploy the region file again.');
  const route = enrolment.routes.choose;
  const answer = await call(route, { params: { place }, body: { providerId } });
  return refusedWith('not-eligible', route, answer);
}

/** Takes away what the journey made, also where it failed or was interrupted. */
export async function cleanUp(visit: Visit, { step, skip }: Recorder): Promise<void> {
  const { url, login, token, reference } = visit;
  if (visit.begun === undefined) {
    skip('erase', 'nothing was made');
    skip('gone', 'nothing was made');
    return;
  }
  const deletion = (over: AbortSignal) => erase({ url, login, token, reference }, over);
  await step('erase', deletion, (what) => what, { patience: erasing });
  await step(
    'gone',
    async () => {
      if (await login.exists())
        throw differs(
          'The login of the synthetic learner is still there. Run the smoke test again.',
        );
    },
    () => 'the login is unknown',
  );
}
