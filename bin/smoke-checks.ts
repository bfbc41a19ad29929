import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { about, type Configuration } from '../functions/about/contract.ts';
import { identity, type ProfileInput } from '../functions/identity/contract.ts';
import { apiClient, type CallResult } from '../functions/runtime/client.ts';
import type { Route } from '../functions/runtime/route.ts';
import { readReference } from './smoke-erasure.ts';
import { SmokeStepFailed } from './smoke-steps.ts';

/** Milliseconds between two attempts to reach an API that is new. */
const pause = 1000;

/** A made-up token: three parts of base64url, as a JWT has, and nothing in them. */
const forged = 'e30.e30.c21va2U';

/**
 * The configuration of the API at an address, once it answers: the edge may not know a new API for some seconds.
 *
 * @param interrupted - ends the attempts
 * @throws {SmokeStepFailed} another region, or another copy of it, answers there
 */
export async function reach(
  expected: { readonly url: string; readonly regionId: string; readonly poolId: string },
  interrupted: AbortSignal,
): Promise<Configuration> {
  const { url, regionId, poolId } = expected;
  for (;;) {
    const read = await configurationOf(url).catch((error: unknown) => {
      if (error instanceof TypeError && !interrupted.aborted) return undefined;
      throw error;
    });
    if (read?.ok) {
      const { region, publicPool } = read.body;
      if (region.id === regionId && publicPool.poolId === poolId) return read.body;
      const found = `the region "${region.id}" with the pool ${publicPool.poolId}`;
      throw differs(
        `${url} is ${found}, not "${regionId}" with ${poolId}. Compare the outputs of the stack with the address.`,
      );
    }
    if (interrupted.aborted) throw interrupted.reason;
    await sleep(pause, undefined, { signal: interrupted });
  }
}

function configurationOf(url: string) {
  const { configuration } = about.routes;
  return apiClient(url)(configuration, {});
}

/** The API's own description. */
export async function referenceAt(url: string) {
  const { openapi } = about.routes;
  return readReference(accepted(openapi, await apiClient(url)(openapi, {})));
}

/**
 * Nobody reads a profile without a token, or with one that is made up: the gateway's own 401.
 *
 * @returns how many attempts were refused
 */
export async function refuseStrangers(url: string): Promise<number> {
  const attempts = [undefined, forged];
  for (const token of attempts) closed(await apiClient(url, token)(identity.routes.readMe, {}));
  return attempts.length;
}

/** A profile as an adult of the first area writes it, of the first stage that the region admits. */
export function profileFor({ region }: Configuration): ProfileInput {
  const { areas, groups, languages, policy } = region;
  const areaId = areas[0]?.id;
  const stage = groups[0]?.stages[0];
  const language = languages[0];
  if (areaId === undefined || stage === undefined || language === undefined)
    throw differs(
      'GET /config lists no area, no group or no language. Deploy the region file again.',
    );
  const age = Math.max(40, policy.majorityAge, policy.consentAge, policy.minimumAge + 1);
  const birthDate = `${new Date().getUTCFullYear() - age - 1}-01-01`;
  return identity.routes.writeMe.body.parse({
    name: 'Smoke Test',
    birthDate,
    stage,
    areaId,
    language,
  });
}

/** The body of an answer that has to be the route's own. */
export function accepted<R extends Route>({ method, path }: R, result: CallResult<R>) {
  if (result.ok) return result.body;
  const { status, code, detail } = result.problem;
  throw differs(`${method} ${path} answered ${status} ${code}: ${detail} ${logs}`);
}

/**
 * A refusal with the code that it has to have.
 *
 * @returns the code
 */
export function refusedWith<R extends Route>(
  code: string,
  { method, path }: R,
  result: CallResult<R>,
): string {
  if (!result.ok && result.problem.code === code) return code;
  const found = result.ok ? String(result.status) : `${result.status} ${result.problem.code}`;
  throw differs(`${method} ${path} answered ${found}, not ${code}. ${logs}`);
}

/**
 * What has to be closed by the gateway.
 *
 * @returns the status
 */
export function closed<R extends Route>(result: CallResult<R>): number {
  if (result.status === 401 || result.status === 403) return result.status;
  throw differs(
    `A closed route answered ${result.status}: the API is open. Take it out of service and look at its authorizers.`,
  );
}

/** What was read has to be what was written. */
export function same<T>(written: T, read: T): T {
  if (isDeepStrictEqual(written, read)) return read;
  throw differs(`GET /me reads another profile than PUT /me answered. ${logs}`);
}

/** The region answers otherwise than it has to. */
export function differs(detail: string): SmokeStepFailed {
  return new SmokeStepFailed('smoke-differs', detail);
}

const logs = 'The log group of the function says more; docs/runbook.md says how to read it.';
