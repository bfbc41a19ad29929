import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closed } from '../../functions/provisioning/breaker.rules.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { ProviderId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';

const store = pressureStore('provisioning');
let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('provisioning');
});
afterAll(() => cloud.close());

const [space, longest] = [600, 10_000];
let count = 0;
function fresh(): ProviderId {
  count += 1;
  return ProviderId.parse(`provider-${count}`);
}

describe('given a provider with turns', () => {
  it('the first who asks has theirs at once, the next a space later', async () => {
    const mill = fresh();
    const take = (now: number) => store.takeTurn(mill, { space, now, longest });
    expect(await take(1_000)).toEqual({ kind: 'turn', at: 1_000 });
    expect(await take(1_100)).toEqual({ kind: 'turn', at: 1_600 });
    expect(await take(9_000)).toEqual({ kind: 'turn', at: 9_000 });
  });

  it('of thirty who ask at once each has another turn, and whoever would wait too long has none', async () => {
    const mill = fresh();
    const asked = { space, now: 5_000, longest: 6_000 };
    const turns = await Promise.all(Array.from({ length: 30 }, () => store.takeTurn(mill, asked)));
    const taken = turns.flatMap((turn) => (turn.kind === 'turn' ? [turn.at] : []));
    expect(taken.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 11 }, (_, turn) => 5_000 + turn * space),
    );
    const full = turns.filter(({ kind }) => kind === 'full');
    expect(full).toHaveLength(19);
    for (const turn of full) expect(turn).toMatchObject({ freeAt: 5_000 + 11 * space });
  });
});

describe('given a breaker that all workers share', () => {
  it('of ten who decide on the same, one decides', async () => {
    const mill = fresh();
    expect(await store.readBreaker(mill)).toEqual(closed);
    for (const failures of [1, 2]) {
      const seen = await store.readBreaker(mill);
      const kept = await Promise.all(
        Array.from({ length: 10 }, () => store.keepBreaker(mill, { ...seen, failures })),
      );
      expect(kept.filter(Boolean)).toHaveLength(1);
    }
    expect(await store.readBreaker(mill)).toEqual({ version: 2, failures: 2, rests: 0 });
  });
});
