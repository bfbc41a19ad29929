import { transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { region } from '../runtime/region.ts';
import { provisioningEnvironments } from './contract.ts';
import { failuresOf, pauseFor, redriveFor, resumeFor, statusOf } from './operating.api.ts';
import { mustKnow, mustServeRegion } from './operator.api.ts';
import type { operatorRoutes } from './operator.contract.ts';

type Routes = typeof operatorRoutes;

const { PROVISIONING_TABLE } = readEnvironment(provisioningEnvironments.api);

async function listProviderStatus({ caller }: Call<Routes['listProviderStatus']>) {
  await mustServeRegion(caller);
  return { body: { providers: await statusOf(region.providers) } };
}

async function listFailures({ caller, params }: Call<Routes['listFailures']>) {
  await mustServeRegion(caller);
  return { body: await failuresOf(mustKnow(params.providerId).id) };
}

async function redrive({ caller, params, claim }: Call<Routes['redrive']>) {
  const staffId = await mustServeRegion(caller);
  const body = await redriveFor(mustKnow(params.providerId).id, { kind: 'staff', staffId });
  const answer = rememberAnswer(PROVISIONING_TABLE, claim, { status: 202, body });
  if (!(await transact([answer])).done) throw new AnsweredBefore();
  return { body };
}

async function pauseProvider({ caller, params }: Call<Routes['pauseProvider']>) {
  const staffId = await mustServeRegion(caller);
  return { body: await pauseFor(mustKnow(params.providerId).id, { kind: 'staff', staffId }) };
}

async function resumeProvider({ caller, params }: Call<Routes['resumeProvider']>) {
  const staffId = await mustServeRegion(caller);
  return { body: await resumeFor(mustKnow(params.providerId).id, { kind: 'staff', staffId }) };
}

/** The routes of how providers stand. */
export const providerHandlers = {
  listProviderStatus,
  listFailures,
  redrive,
  pauseProvider,
  resumeProvider,
};
