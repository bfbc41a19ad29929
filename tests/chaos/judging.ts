import { expect } from 'vitest';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { sideBySide } from '../../functions/runtime/job.ts';
import { ProviderId } from '../../regions/schema.ts';
import type { World } from '../neighbours.ts';
import { granted, type People } from '../people.ts';
import { redriveAll } from './operating.ts';
import { disturbed, launchedProvider, voucherProvider, withAccounts } from './provider-names.ts';
import type { Turmoil } from './turmoil.ts';
import type { Wanderer } from './wanderer.ts';

/** Hours after which nothing that was lost may still come about, and the sweep has been everywhere. */
const hours = 3;
/** Seconds of the machine's time until nobody is at work any more: of a thousand learners many wait at first. */
const settlingSeconds = 300;

/** Somebody looks at what no program could decide: here a name that was taken for a moment. */
async function workOff({ administrator }: Turmoil): Promise<number> {
  const api = await administrator.api();
  let worked = 0;
  for (const provider of disturbed) {
    const params = { providerId: ProviderId.parse(provider) };
    for (;;) {
      const { tasks } = granted(
        await api(provisioning.routes.listTasks, { params, query: { limit: 100 } }),
      );
      for (const { accountId, fence } of tasks) {
        const body = { fence, outcome: 'again' } as const;
        const answer = await api(provisioning.routes.settleTask, {
          params: { ...params, accountId },
          body,
        });
        // It was worked off already, or the learner wants something else by now.
        if (!answer.ok) expect(answer.problem.code).toBe('outcome-stale');
      }
      worked += tasks.length;
      if (tasks.length < 100) break;
    }
  }
  return worked;
}

/** Lets the region come to rest: back-offs, rests of providers, sweeps, and whoever works off the list. */
export async function letSettle(turmoil: Turmoil, { control }: People): Promise<number> {
  let worked = 0;
  for (let quarter = 0; quarter < 4 * hours; quarter += 1) {
    await control.settle(settlingSeconds);
    await control.advance(15 * 60);
    turmoil.administrator.signOut();
    worked += await workOff(turmoil);
    await redriveAll(await turmoil.administrator.api());
  }
  await control.settle(settlingSeconds);
  return worked;
}

/**
 * What must hold whatever happened: each learner has what they chose and nothing else, at us and at the providers, each
 * voucher is one learner's, and no message waits or was given up.
 */
export async function judge(turmoil: Turmoil, people: People, world: World): Promise<void> {
  const wanted = new Map<string, string[]>();
  const codes: string[] = [];
  await sideBySide(turmoil.wanderers, 8, async (wanderer) => {
    const held = await heldBy(wanderer, people);
    for (const { providerId, accountId } of held)
      wanted.set(providerId, [...(wanted.get(providerId) ?? []), accountId]);
    codes.push(...(await waysIn(wanderer, people, held)));
    return held.length;
  });
  for (const provider of withAccounts) {
    const live = (await world.liveAccounts(provider)).map(({ externalId }) => externalId);
    expect(live.sort(), `accounts at ${provider}`).toEqual((wanted.get(provider) ?? []).sort());
  }
  expect(new Set(codes).size, 'vouchers are unique').toBe(codes.length);
  expect(codes).toHaveLength(wanted.get(voucherProvider)?.length ?? 0);
  await judgePool(turmoil, codes.length);
  const queues = Object.entries(await people.control.queues());
  const waiting = queues.filter(([, { available, inFlight }]) => available + inFlight > 0);
  expect(waiting.map(([name]) => name)).toEqual([]);
}

/** The places as the region tells them, which are those that were promised. */
async function heldBy({ journey }: Wanderer, people: People) {
  await journey.signIn(people);
  const places = await journey.places(people);
  expect(
    places.map(({ providerId, state }) => [providerId, state]),
    journey.learnerId,
  ).toEqual(places.map(({ providerId }) => [providerId, 'active']));
  const promised = [...journey.promised.values()].filter((one) => one.held);
  expect(places.map(({ accountId }) => accountId).sort()).toEqual(
    promised.map(({ accountId }) => accountId).sort(),
  );
  return places;
}

/** Each place has a way in; the codes of those that are redeemed. */
async function waysIn(
  { journey }: Wanderer,
  people: People,
  places: Awaited<ReturnType<typeof heldBy>>,
): Promise<readonly string[]> {
  const codes: string[] = [];
  for (const { place, category, providerId } of places) {
    if (providerId !== voucherProvider && providerId !== launchedProvider) continue;
    expect(place).toBe(category);
    const way = await journey.launch(people, category);
    expect(way.kind).toBe(providerId === voucherProvider ? 'redeem' : 'open');
    if (way.kind === 'redeem') codes.push(way.code);
  }
  return codes;
}

/** No code was lost on the way. */
async function judgePool({ administrator, poolSize }: Turmoil, given: number): Promise<void> {
  const api = await administrator.api();
  const params = { providerId: ProviderId.parse(voucherProvider) };
  const pool = granted(await api(provisioning.routes.showPool, { params }));
  expect(pool).toMatchObject({ given, free: poolSize - given, void: 0 });
}
