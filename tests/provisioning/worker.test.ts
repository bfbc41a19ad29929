import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { ProviderId } from '../../regions/schema.ts';
import { conflicts, seeded } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { openQueue } from '../runtime/queues.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

const takeLog = captureLog();
const mill = provider();
const at = station(mill);
const accounts = provisioningStore('provisioning');
const month = '2025-06';
const providerId = ProviderId.parse('mill');

beforeEach(() => {
  at().cloud.disturb(undefined);
  at().cloud.secrets.putEntry('providers', 'mill', mill().secret);
});

/** The ids by which the provider knows its accounts. */
const held = async () => (await mill().accounts()).map(({ externalId }) => externalId);

describe('given a learner who chose a provider', () => {
  it('has an account there and an active place, once the message is delivered', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    expect((await at().row(learnerId)).places.subject?.state).toBe('pending');
    expect(await at().deliver()).toBe(0);
    const row = await at().row(learnerId);
    expect(row.places.subject?.state).toBe('active');
    expect(row).not.toHaveProperty('sweepDue');
    expect(await held()).toEqual([at().accountIdOf(learnerId)]);
    const [account] = await mill().accounts();
    expect(await accounts.readAccount(learnerId, providerId)).toMatchObject({
      state: 'present',
      remoteId: account?.id,
    });
  });

  it('edge case 23: has one account however often and in whatever order messages come', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    const [record] = await at().queue.receive();
    if (record === undefined) throw new Error('no message was sent');
    await Promise.all(Array.from({ length: 6 }, () => at().work({ Records: [record] })));
    await at().deliverAll();
    await at().work({ Records: [record] });
    expect(await held()).toEqual([at().accountIdOf(learnerId)]);
    expect((await at().row(learnerId)).places.subject?.state).toBe('active');
  });

  it('asks the provider nothing where all is well already', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await at().deliver();
    const before = await mill().received('POST');
    await at().choose(learnerId, 'language');
    await at().deliver();
    expect(await mill().received('POST')).toBe(before);
    expect((await at().row(learnerId)).places.language?.state).toBe('active');
    expect(await held()).toHaveLength(1);
  });

  it('edge case 19: has one account after a 201 was lost', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['POST'] });
    expect(await at().deliver()).toBe(1);
    expect((await at().row(learnerId)).places.subject?.state).toBe('pending');
    expect(await accounts.readAccount(learnerId, providerId)).toMatchObject({ state: 'creating' });
    const asked = await mill().received('POST');
    await at().deliverAll();
    expect(await mill().received('POST'), 'it is looked up, not asked for again').toBe(asked);
    expect((await at().row(learnerId)).places.subject?.state).toBe('active');
    expect(await held()).toEqual([at().accountIdOf(learnerId)]);
  });

  it('edge case 20: comes back when the provider said', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'status', status: 429, retryAfter: 40, times: 1 });
    await at().deliver();
    at().wait(39);
    expect(await at().queue.receive()).toEqual([]);
    at().wait(1);
    expect(await at().deliver()).toBe(0);
    expect((await at().row(learnerId)).places.subject?.state).toBe('active');
  });

  it('has a failed place, with the reason, where the provider refuses for good', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'reject', times: 1, methods: ['POST'] });
    expect(await at().deliver()).toBe(0);
    const row = await at().row(learnerId);
    expect(row.places.subject).toMatchObject({ state: 'failed', failure: 'provider-rejected' });
    expect(row).not.toHaveProperty('sweepDue');
    expect(await held()).toEqual([]);
  });

  it('edge case 18: is a case for a person where the account is another’s, and leaves that alone', async () => {
    const learnerId = await at().enter();
    const id = await mill().create({ userName: at().accountIdOf(learnerId) });
    await at().choose(learnerId, 'subject');
    await at().deliver();
    expect((await at().row(learnerId)).places.subject?.state).toBe('pending');
    expect(await accounts.readAccount(learnerId, providerId)).toMatchObject({
      state: 'creating',
      open: { kind: 'person', reason: 'account-of-another' },
    });
    await at().deliver();
    await at().giveBack(learnerId, 'subject');
    await at().deliver();
    expect((await mill().accounts()).map((account) => account.id)).toEqual([id]);
    expect(await at().row(learnerId)).toMatchObject({ places: {}, endings: {} });
  });

  it('has an account also while writes of the tables conflict', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    at().cloud.disturb(conflicts(seeded(31), 0.4));
    await at().deliverAll();
    expect((await at().row(learnerId)).places.subject?.state).toBe('active');
  });

  it('has an account as soon as a rotated token is put into the secret', async () => {
    const forge = await openQueue(at().cloud, 'accounts-forge');
    at().cloud.secrets.putEntry('providers', 'forge', { ...mill().secret, token: 'an-old-one' });
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject', 'forge');
    expect(await forge.deliver(at().work, await forge.receive())).toHaveLength(1);
    at().cloud.secrets.putEntry('providers', 'forge', mill().secret);
    at().wait(15);
    expect(await forge.deliver(at().work, await forge.receive())).toEqual([]);
    expect((await at().row(learnerId)).places.subject?.state).toBe('active');
  });

  it('is named in the log by id only', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    takeLog();
    await at().deliver();
    const lines = takeLog()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { message: 'account settled', learnerId, providerId, code: 'done' },
    ]);
  });
});

describe('given a learner who gave a place back', () => {
  it('has no account any more, once the message is delivered', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await at().deliver();
    await at().giveBack(learnerId, 'subject');
    await at().deliver();
    expect(await held()).toEqual([]);
    expect(await at().row(learnerId)).toMatchObject({ places: {}, endings: {} });
    expect(await accounts.readAccount(learnerId, providerId)).toMatchObject({ state: 'absent' });
  });

  it('before the account was made, never gets one', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await at().giveBack(learnerId, 'subject');
    await at().deliverAll();
    expect(await held()).toEqual([]);
    expect((await at().row(learnerId)).endings).toEqual({});
  });

  it('edge case 17: while the account is being made, has none in the end', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'slow', ms: 300, times: 1, methods: ['POST'] });
    const delivery = at().deliver();
    await sleep(150);
    await at().giveBack(learnerId, 'subject');
    await delivery;
    await at().deliverAll();
    expect(await held()).toEqual([]);
    expect(await at().row(learnerId)).toMatchObject({ places: {}, endings: {} });
  });

  it('edge case 17: while a request is lost that may still be done, is looked after until it cannot', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['POST'] });
    await at().deliver();
    const [made] = await mill().accounts();
    // As if the provider had not begun yet: it comes to it when we have looked and found nothing.
    await mill().remove(made?.id ?? '');
    await at().giveBack(learnerId, 'subject');
    at().wait(60);
    await at().deliver();
    expect((await at().row(learnerId)).endings).toHaveProperty('mill');
    const accountId = at().accountIdOf(learnerId);
    await mill().create({ userName: accountId, externalId: accountId });
    await at().deliverAll();
    expect(await held()).toEqual([]);
    expect((await at().row(learnerId)).endings).toEqual({});
  });

  it('edge case 17: also where the account was known, and its end was not heard of', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['POST'] });
    await at().deliver();
    at().wait(60);
    await at().deliver();
    await at().giveBack(learnerId, 'subject');
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['DELETE'] });
    await at().deliver();
    expect(await held()).toEqual([]);
    const accountId = at().accountIdOf(learnerId);
    await mill().create({ userName: accountId, externalId: accountId });
    at().wait(3_600);
    await at().deliverAll();
    expect(await held()).toEqual([]);
  });

  it('edge case 17: after a 201 was lost, has none in the end', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['POST'] });
    await at().deliver();
    await at().giveBack(learnerId, 'subject');
    await at().deliverAll();
    expect(await held()).toEqual([]);
  });

  it('edge case 21: and chose the provider again before it heard, keeps the account', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await at().deliver();
    const before = await mill().accounts();
    await at().giveBack(learnerId, 'subject');
    await at().choose(learnerId, 'subject');
    await at().deliverAll();
    expect(await mill().accounts()).toEqual(before);
    expect((await at().row(learnerId)).places.subject?.state).toBe('active');
  });

  it('edge case 24: a message redriven after the withdrawal does nothing, and asks nobody', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    const [record] = await at().queue.receive();
    if (record === undefined) throw new Error('no message was sent');
    await at().queue.deliver(at().work, [record]);
    await at().giveBack(learnerId, 'subject');
    await at().deliver();
    const before = await Promise.all(
      ['GET', 'POST', 'DELETE'].map((method) => mill().received(method)),
    );
    expect(await at().work({ Records: [record] })).toEqual({ batchItemFailures: [] });
    const after = await Promise.all(
      ['GET', 'POST', 'DELETE'].map((method) => mill().received(method)),
    );
    expect(after).toEqual(before);
  });
});

describe('given an account in the provisioning table', () => {
  it('a step overtaken by another may not write how it ended', async () => {
    const learnerId = await at().enter();
    const whose = { learnerId, providerId };
    const first = await accounts.begin(whose, 'create', undefined, month);
    if (first === undefined) throw new Error('the first step did not begin');
    const second = await accounts.begin(whose, 'delete', first, month);
    if (second === undefined) throw new Error('the second step did not begin');
    expect([first.fence, second.fence]).toEqual([1, 2]);
    expect(await accounts.end({ ...first, state: 'present', remoteId: 'x' }, month)).toBe(false);
    expect(await accounts.end({ ...second, state: 'absent' }, month)).toBe(true);
    expect(await accounts.readAccount(learnerId, providerId)).toMatchObject({ state: 'absent' });
  });

  it('of ten steps begun at once, one begins', async () => {
    const whose = { learnerId: await at().enter(), providerId };
    const begin = (seen: Parameters<typeof accounts.begin>[2]) =>
      Promise.all(Array.from({ length: 10 }, () => accounts.begin(whose, 'create', seen, month)));
    const [first, ...none] = (await begin(undefined)).filter((begun) => begun !== undefined);
    expect(none).toEqual([]);
    expect((await begin(first)).filter((begun) => begun !== undefined)).toHaveLength(1);
  });
});
