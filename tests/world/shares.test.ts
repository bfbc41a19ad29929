import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultPlan } from '../../world/faults.ts';
import { openWorld, type World } from '../../world/world.ts';
import { scimOf } from './parties.ts';
import { ask, type ScimClient, scimClient } from './scim-client.ts';

let world: World;
let mill: ScimClient;

beforeEach(async () => {
  world = await openWorld({
    providers: [{ id: 'mill', kind: 'scim', token: 'token' }],
    registry: { key: 'key' },
  });
  mill = scimClient(scimOf(world, 'mill'));
});
afterEach(() => world.close());

const control = (path: string, method?: string, body?: unknown) =>
  ask(`${world.url}/control/providers/mill/${path}`, method, body);

describe('a fault with a share', () => {
  /** What 120 requests are answered with, after these faults were put in the place of others. */
  async function met(...faults: object[]) {
    await control('faults', 'DELETE');
    for (const fault of faults) await control('faults', 'POST', fault);
    const statuses: number[] = [];
    for (let n = 0; n < 120; n += 1) statuses.push((await mill.get('nobody')).status);
    return statuses;
  }
  const count = (statuses: number[], status: number) =>
    statuses.filter((one) => one === status).length;
  const half = { kind: 'status', status: 503, share: 0.5 };

  it('meets about as many as it says: the same each time, others with another seed', async () => {
    const first = await met({ ...half, seed: 1 });
    expect(count(first, 503)).toBeGreaterThan(40);
    expect(count(first, 503)).toBeLessThan(80);
    expect(await met({ ...half, seed: 1 })).toEqual(first);
    expect(await met({ ...half, seed: 2 })).not.toEqual(first);
  });

  it('leaves their share to those behind it, with the same seed or none', async () => {
    const statuses = await met(half, { ...half, status: 429 });
    // The one meets a half, and the other a half of the rest.
    expect(count(statuses, 429)).toBeGreaterThan(15);
    expect(count(statuses, 404)).toBeGreaterThan(15);
  });

  it('draws apart from those before it, from the first request on', () => {
    const firsts = Array.from({ length: 40 }, (_, seed) => {
      const plan = new FaultPlan();
      for (const status of [503, 429]) plan.add({ kind: 'status', status, share: 0.5, seed });
      return plan.take('GET');
    });
    expect(firsts).toContainEqual(expect.objectContaining({ status: 429 }));
  });

  it('uses up its times only with those whom it meets', async () => {
    const statuses = await met({ ...half, times: 5 });
    expect(count(statuses, 503)).toBe(5);
  });

  it.each([0, 1.5, '0.5'])('is refused with the share %s', async (share) => {
    expect((await control('faults', 'POST', { ...half, share })).status).toBe(400);
  });
});

it('a 429 can say the date in so many seconds, whenever it is met', async () => {
  await control('faults', 'POST', { kind: 'status', status: 429, retryAfter: { dateIn: 60 } });
  const date = (await mill.get('nobody')).headers.get('retry-after') ?? '';
  expect(new Date(date).toUTCString()).toBe(date);
  const ahead = Date.parse(date) - Date.now();
  expect(ahead).toBeGreaterThan(55_000);
  expect(ahead).toBeLessThanOrEqual(60_000);
});

describe('the arrivals at a provider', () => {
  it('are told in their order, faults or not, and forgotten on demand', async () => {
    const begun = Date.now();
    await control('faults', 'POST', { kind: 'status', status: 503, times: 1 });
    for (const _ of [1, 2, 3]) await mill.get('nobody');
    const { body } = await control('arrivals');
    expect(body).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
    expect(body).toEqual([...(Array.isArray(body) ? body : [])].sort((a, b) => a - b));
    expect(Array.isArray(body) && Math.abs(body[0] - begun)).toBeLessThan(1_000);
    expect((await control('arrivals', 'DELETE')).status).toBe(204);
    expect((await control('arrivals')).body).toEqual([]);
  });

  it('tell how many were under way at once, at most', async () => {
    await control('faults', 'POST', { kind: 'slow', ms: 100 });
    await Promise.all([1, 2, 3].map(() => mill.get('nobody')));
    expect((await control('requests')).body).toMatchObject({ maxAtOnce: 3 });
    await control('faults', 'DELETE');
    await control('arrivals', 'DELETE');
    for (const _ of [1, 2]) await mill.get('nobody');
    expect((await control('requests')).body).toMatchObject({ maxAtOnce: 1 });
  });
});
