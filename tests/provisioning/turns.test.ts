import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gateAt } from '../../functions/provisioning/gate.worker.ts';
import { allowance } from '../../functions/provisioning/pressure.contract.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { standingStore } from '../../functions/provisioning/standing.store.ts';
import { ProviderId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';

const providerId = ProviderId.parse('mill');
let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('provisioning');
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

describe('given a provider that takes a thousand requests a second', () => {
  it('then of forty who ask in any order, no faster than they may, most take their turn in one write', async () => {
    const pressure = pressureStore('provisioning');
    const before = cloud.asked('UpdateItem');
    for (let one = 0; one < 40; one += 1) {
      const now = 1_000 + 5 * one + (one % 2 === 0 ? 6 : -6);
      await pressure.takeTurn(providerId, { space: 2, now, longest: 10_000 });
    }
    expect(cloud.asked('UpdateItem') - before).toBeLessThanOrEqual(60);
  });

  it('then one still comes to its turn where the store takes longer than a turn may be used late', async () => {
    const gate = gateAt(pressureStore('provisioning'), standingStore('provisioning'));
    cloud.disturb(async (operation) => {
      if (operation === 'UpdateItem') await sleep(2 * allowance.late);
      return undefined;
    });
    const before = cloud.asked('UpdateItem');
    const rate = { requests: 1_000, seconds: 1 };
    expect(await gate.inTurn(providerId, rate, async () => 'asked')).toBe('asked');
    expect(cloud.asked('UpdateItem') - before).toBeLessThanOrEqual(6);
  });
});
