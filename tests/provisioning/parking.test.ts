import { beforeEach, describe, expect, it } from 'vitest';
import { LearnerId } from '../../functions/identity/contract.ts';
import { paused, resumed } from '../../functions/provisioning/breaker.rules.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { now } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

captureLog();
const mill = provider();
const at = station(mill);
const accounts = provisioningStore('provisioning');
const pressure = pressureStore('provisioning');
const providerId = ProviderId.parse('mill');
const month = '2025-06';

const pause = () => pressure.changeBreaker(providerId, (seen) => paused(seen, undefined, now()));
const resume = () => pressure.changeBreaker(providerId, (seen) => resumed(seen, now()));
const asked = async () =>
  Promise.all(['GET', 'POST', 'PATCH', 'DELETE'].map((method) => mill().received(method)));

/** A learner with an active account, which they may have given back. */
async function withAccount(isGivenBack = false) {
  const learnerId = await at().enter();
  await at().choose(learnerId, 'subject');
  await at().deliverAll();
  if (isGivenBack) await at().giveBack(learnerId, 'subject');
  await at().deliverAll();
  return learnerId;
}

beforeEach(resume);

describe('given somebody who said "again" of a case, while the provider is paused', () => {
  it.each([
    ['has a place', false, 'resume', 'present'],
    ['gave it back', true, 'delete', 'absent'],
  ] as const)(
    'of a learner who %s: it is done once the provider is resumed',
    async (_, isGivenBack, step, state) => {
      const learnerId = await withAccount(isGivenBack);
      const account = await accounts.readAccount(learnerId, providerId);
      if (account === undefined) throw new Error('there is no account');
      await pause();
      // As "again" leaves it: what was asked for is to be asked for, and the learner's row has all as it should be.
      await accounts.begin(account, step, account, month);
      const { version } = await at().row(learnerId);
      await at().queue.send(learnerId, { learnerId, providerId, version });
      await at().deliverAll();
      expect(await accounts.readAccount(learnerId, providerId)).not.toMatchObject({ state });
      at().wait(60);
      await resume();
      await at().sweep();
      await at().deliverAll();
      expect(await accounts.readAccount(learnerId, providerId)).toMatchObject({ state });
      const row = await at().row(learnerId);
      expect(row.places.subject?.state).toBe(isGivenBack ? undefined : 'active');
      expect(row).not.toHaveProperty('sweepDue');
    },
  );

  it('then a message that finds nothing to do leaves the learner’s row as it is', async () => {
    const learnerId = await withAccount();
    await pause();
    const before = await at().row(learnerId);
    await at().queue.send(learnerId, { learnerId, providerId, version: before.version });
    await at().deliverAll();
    expect(await at().row(learnerId)).toEqual(before);
  });
});

describe('given a message that is redriven after its learner was deleted', () => {
  it('asks nobody, and leaves no row behind', async () => {
    const learnerId = newId(LearnerId, 'lrn');
    const before = await asked();
    await at().queue.send(learnerId, { learnerId, providerId, version: 3 });
    expect(await at().deliver()).toBe(0);
    expect(await asked()).toEqual(before);
    expect(await accounts.readAccount(learnerId, providerId)).toBe(undefined);
    expect(await at().row(learnerId)).toMatchObject({ version: 0, places: {} });
  });

  it('nor while the provider is paused', async () => {
    const learnerId = newId(LearnerId, 'lrn');
    await pause();
    await at().queue.send(learnerId, { learnerId, providerId, version: 3 });
    expect(await at().deliver()).toBe(0);
    expect(await at().row(learnerId)).toMatchObject({ version: 0, endings: {} });
  });
});
