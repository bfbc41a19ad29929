import documents from '#about';
import { dayIn, policyOn } from '../../regions/calendar.ts';
import type { Policy } from '../../regions/schema.ts';
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
      region: described(policyOn(region, dayIn(region, now()))),
      publicPool: { poolId: environment.PUBLIC_POOL_ID, clientId: environment.PUBLIC_CLIENT_ID },
      staffPool: { poolId: environment.STAFF_POOL_ID, clientId: environment.STAFF_CLIENT_ID },
      endpoints: { cognito: environment.COGNITO_ENDPOINT, api: apiUrl },
    },
  };
}

/** The region as its learners need to know it; how it is deployed, and the seats of its quota, are no part of that. */
function described({ groups, places, quota, ...policy }: Policy): Configuration['region'] {
  const { id, name, timeZone, languages, areas, intakes, incomeBands = [] } = region;
  return { id, name, timeZone, languages, areas, incomeBands, policy, groups, places, intakes };
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
