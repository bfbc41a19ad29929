import { timestamp } from '../../regions/calendar.ts';
import type { ProviderId } from '../../regions/schema.ts';
import type { StaffId } from '../identity/contract.ts';
import { memberStore } from '../identity/member.store.ts';
import type { StaffCaller } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { Forbidden, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { loginUrl } from './claims.rules.ts';
import { ChoiceId, chooserOf, type contentRoutes, type Hint } from './contract.ts';
import {
  contents,
  contentsOn,
  environment,
  type LtiProvider,
  store,
  toolAt,
} from './platform.api.ts';
import { contentsEntry } from './recording.api.ts';

type Routes = typeof contentRoutes;

const staff = memberStore(environment.IDENTITY_TABLE, region);

async function chooseContents({ caller, params, apiUrl }: Call<Routes['chooseContents']>) {
  const staffId = await wholeRegion(caller);
  const provider = toolOf(params.providerId);
  const tool = await toolAt(provider);
  const target = tool?.secret.deepLink;
  if (tool === undefined || target === undefined) throw nothingToChoose();
  const moment = now();
  const choiceId = newId(ChoiceId, 'cho');
  await contents.begin(choiceId, { providerId: provider.id, staffId }, moment);
  const locale = region.languages[0] ?? '';
  const chooser = chooserOf(staffId, provider.id);
  const hint: Hint = { kind: 'choice', chooser, choiceId, locale, target };
  const { loginHint, until } = await store.keepHint(provider.id, hint, moment);
  const url = loginUrl(tool.secret.login, { issuer: apiUrl, region, provider }, hint, loginHint);
  return { body: { url, until: timestamp(until) } };
}

async function listContents({ caller, params, query }: Call<Routes['listContents']>) {
  await wholeRegion(caller);
  return { body: await contentsOn(toolOf(params.providerId).id, query) };
}

async function removeContent({ caller, params }: Call<Routes['removeContent']>) {
  const staffId = await wholeRegion(caller);
  const { contentId } = params;
  const { id: providerId } = toolOf(params.providerId);
  const recorded = contentsEntry('content-removed', { providerId, staffId }, [contentId]);
  await contents.remove(providerId, contentId, recorded);
  return { body: undefined };
}

/** @throws {NotFound} `no-such-provider`: the region has none of this name that is a tool */
function toolOf(providerId: ProviderId): LtiProvider {
  const provider = region.providers.find(({ id }) => id === providerId);
  if (provider?.kind === 'lti') return provider;
  throw new NotFound({
    code: 'no-such-provider',
    detail: 'The region has no such provider whose contents can be chosen (kind: lti).',
  });
}

/** @throws {Forbidden} `whole-region-only`: providers serve all areas */
async function wholeRegion(caller: StaffCaller): Promise<StaffId> {
  const { staffId, scope } = await staff.memberOf(caller);
  if (scope.kind === 'region') return staffId;
  throw new Forbidden({
    code: 'whole-region-only',
    detail:
      'Providers serve the whole region, and you serve some areas of it. Ask its coordinators.',
  });
}

function nothingToChoose(): Ruled {
  return new Ruled({
    code: 'no-contents-to-choose',
    detail: 'The tool has registered no address at which its contents are chosen ("deepLink").',
  });
}

export const contentHandlers = { chooseContents, listContents, removeContent };
