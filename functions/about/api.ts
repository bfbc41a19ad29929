import documents from '#about';
import { dayIn, partnerOf, partnerStateOn, policyOn } from '../../regions/calendar.ts';
import type { Area, Partner } from '../../regions/schema.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { NotFound } from '../runtime/errors.ts';
import { type Call, serve } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { about, aboutEnvironments, type Configuration } from './contract.ts';

const environment = readEnvironment(aboutEnvironments.api);

async function health() {
  return { body: { status: 'ok' as const } };
}

async function configuration({ apiUrl }: Call<typeof about.routes.configuration>) {
  return {
    body: {
      region: described(),
      publicPool: { poolId: environment.PUBLIC_POOL_ID, clientId: environment.PUBLIC_CLIENT_ID },
      staffPool: { poolId: environment.STAFF_POOL_ID, clientId: environment.STAFF_CLIENT_ID },
      endpoints: { cognito: environment.COGNITO_ENDPOINT, api: apiUrl },
    },
  };
}

/** The region as its learners need to know it; how it is deployed, and the seats of its quota, are no part of that. */
function described(): Configuration['region'] {
  const day = dayIn(region, now());
  const { id, name, timeZone, languages, intakes, incomeBands = [] } = region;
  const { groups, places, quota, ...policy } = policyOn(region, day);
  const areas = region.areas.map(withServices);
  const partners = (region.partners ?? []).map((partner) => hosted(partner, day));
  const rules = { policy, groups, places, intakes };
  return { id, name, timeZone, languages, areas, partners, incomeBands, ...rules };
}

/** An area with what its people have beside content: of a partner's the partner says it. */
function withServices(area: Area): Area {
  const services = partnerOf(region, area.id)?.services;
  return services === undefined ? area : { ...area, services };
}

/** A partner as learners need to know it; its agreement and its quotas are no part of that. */
function hosted(
  { agreement, services, quotas, ...partner }: Partner,
  day: ReturnType<typeof dayIn>,
) {
  return { ...partner, state: partnerStateOn(partner, day) };
}

async function openapi() {
  return { body: { mediaType: 'application/json', text: documents.openapi } };
}

async function docs() {
  return { body: fileNamed('index.html') };
}

async function docsFile({ params }: Call<typeof about.routes.docsFile>) {
  return { body: fileNamed(params.file) };
}

function fileNamed(name: string) {
  const file = Object.hasOwn(documents.files, name) ? documents.files[name] : undefined;
  if (file !== undefined) return file;
  throw new NotFound({
    code: 'no-such-file',
    detail: 'The API reference has no such file. Begin at /docs.',
  });
}

export const handler = serve(about, { health, configuration, openapi, docs, docsFile });
