import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { accountIdOf } from '../../functions/enrolment/contract.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import type { ProviderResult } from '../../functions/provisioning/contract.ts';
import { scimAdapter } from '../../functions/provisioning/scim.adapter.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';
import { known as asKnown } from './known-accounts.ts';
import { provider } from './provider.ts';

const mill = provider();
const adapter = (patience?: number) =>
  scimAdapter(mill().secret, patience === undefined ? {} : { patience });
/** Milliseconds that are too few for a provider that is slow. */
const impatient = 300;

/** The id of an account that nobody has yet. */
const newAccount = () => accountIdOf(newId(LearnerId, 'lrn'), ProviderId.parse('mill'));

/** The provider's id of an account that must be there. */
function remoteIdOf(result: ProviderResult): string {
  if (result.kind !== 'done' || result.remoteId === undefined) {
    throw new Error(`no account: ${JSON.stringify(result)}`);
  }
  return result.remoteId;
}

describe('given an account that is to be made', () => {
  it('is made, with an opaque id and nothing else of the learner', async () => {
    const accountId = newAccount();
    const result = await adapter().create(asKnown(accountId), false);
    expect(await mill().accounts()).toEqual([
      { id: remoteIdOf(result), externalId: accountId, userName: accountId, active: true },
    ]);
    expect(accountId).toMatch(/^acc_/);
  });

  it('is asked for in one request, where nothing can be there yet', async () => {
    const before = await mill().received('GET');
    await adapter().create(asKnown(newAccount()), false);
    expect(await mill().received('GET')).toBe(before);
  });

  it.each([
    ['when that may have happened before', true],
    ['when the name is taken (409)', false],
  ])(
    'edge case 18: is adopted where it is there already and carries our id, %s',
    async (_how, mayExist) => {
      const accountId = newAccount();
      const first = await adapter().create(asKnown(accountId), false);
      expect(await adapter().create(asKnown(accountId), mayExist)).toEqual(first);
      expect(await mill().accounts()).toHaveLength(1);
    },
  );

  it.each([
    ['no id of a client', {}],
    ['another client’s id', { externalId: 'somebody-elses' }],
  ])(
    'edge case 18: is a case for a person where the name is taken by an account with %s',
    async (_whose, ids) => {
      const accountId = newAccount();
      const id = await mill().create({ userName: accountId, ...ids });
      for (const mayExist of [false, true]) {
        expect(await adapter().create(asKnown(accountId), mayExist)).toEqual({
          kind: 'person',
          reason: 'account-of-another',
        });
      }
      expect((await mill().accounts()).map((account) => account.id)).toEqual([id]);
    },
  );

  it('edge case 19: after an answer that was lost, is the one that was made', async () => {
    const accountId = newAccount();
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['POST'] });
    expect(await adapter().create(asKnown(accountId), false)).toEqual({
      kind: 'retry',
      reason: 'no-answer',
    });
    const second = await adapter().create(asKnown(accountId), true);
    expect(await mill().accounts()).toMatchObject([
      { id: remoteIdOf(second), externalId: accountId },
    ]);
  });

  it('edge case 19: also where the worker forgot that it had asked', async () => {
    const accountId = newAccount();
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['POST'] });
    await adapter().create(asKnown(accountId), false);
    expect(await adapter().create(asKnown(accountId), false)).toMatchObject({ kind: 'done' });
    expect(await mill().accounts()).toHaveLength(1);
  });

  it('edge case 17: that comes later than we waited, is found and not made twice', async () => {
    const accountId = newAccount();
    await mill().fault({ kind: 'slow', ms: 600, times: 1, methods: ['POST'] });
    expect(await adapter(impatient).create(asKnown(accountId), false)).toEqual({
      kind: 'retry',
      reason: 'no-answer',
    });
    expect(await mill().accounts()).toEqual([]);
    await sleep(500);
    expect(await adapter().create(asKnown(accountId), true)).toMatchObject({ kind: 'done' });
    expect(await mill().accounts()).toHaveLength(1);
  });

  it('edge case 17: that comes after the second was made, stays one: its name is taken', async () => {
    const accountId = newAccount();
    await mill().fault({ kind: 'slow', ms: 1_000, times: 1, methods: ['POST'] });
    await adapter(impatient).create(asKnown(accountId), false);
    expect(await adapter().create(asKnown(accountId), true)).toMatchObject({ kind: 'done' });
    await sleep(1_000);
    expect(await mill().accounts()).toHaveLength(1);
  });

  it('ten times at once, is one account', async () => {
    const accountId = newAccount();
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, turn) => adapter().create(asKnown(accountId), turn % 2 === 0)),
    );
    expect(new Set(results.map(remoteIdOf)).size).toBe(1);
    expect(await mill().accounts()).toHaveLength(1);
  });

  it('edge case 21: after it was ended, is made anew', async () => {
    const accountId = newAccount();
    await adapter().end(
      asKnown(accountId, remoteIdOf(await adapter().create(asKnown(accountId), false))),
    );
    expect(await adapter().create(asKnown(accountId), false)).toMatchObject({ kind: 'done' });
    expect(await mill().accounts()).toHaveLength(1);
  });
});

describe('given an account that is to be ended', () => {
  it.each([
    ['known by the provider’s id', true],
    ['known by our id only', false],
  ])('is gone, %s', async (_how, known) => {
    const accountId = newAccount();
    const remoteId = remoteIdOf(await adapter().create(asKnown(accountId), false));
    expect(await adapter().end(asKnown(accountId, known ? remoteId : undefined))).toEqual({
      kind: 'done',
    });
    expect(await mill().accounts()).toEqual([]);
  });

  it('edge case 22: twice, or when there never was one, is done', async () => {
    const accountId = newAccount();
    expect(await adapter().end(asKnown(accountId))).toMatchObject({ kind: 'done' });
    const remoteId = remoteIdOf(await adapter().create(asKnown(accountId), false));
    for (const known of [remoteId, remoteId, undefined]) {
      expect(await adapter().end(asKnown(accountId, known))).toMatchObject({ kind: 'done' });
    }
  });

  it('edge case 22: is done after an answer that was lost', async () => {
    const accountId = newAccount();
    const remoteId = remoteIdOf(await adapter().create(asKnown(accountId), false));
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['DELETE'] });
    expect(await adapter().end(asKnown(accountId, remoteId))).toEqual({
      kind: 'retry',
      reason: 'no-answer',
    });
    expect(await adapter().end(asKnown(accountId, remoteId))).toEqual({ kind: 'done' });
  });

  it('leaves an account alone that has our name and not our id', async () => {
    const accountId = newAccount();
    const id = await mill().create({ userName: accountId, externalId: 'somebody-elses' });
    expect(await adapter().end(asKnown(accountId))).toMatchObject({ kind: 'done' });
    expect((await mill().accounts()).map((account) => account.id)).toEqual([id]);
  });

  it('leaves the accounts of others alone', async () => {
    const [mine, other] = [newAccount(), newAccount()];
    await adapter().create(asKnown(other), false);
    await adapter().end(asKnown(mine, remoteIdOf(await adapter().create(asKnown(mine), false))));
    expect((await mill().accounts()).map(({ externalId }) => externalId)).toEqual([other]);
  });
});

describe('given a provider that does not do as it is asked', () => {
  it.each<[string, object, ProviderResult]>([
    ['is down', { kind: 'down' }, { kind: 'retry', reason: 'no-answer' }],
    ['fails', { kind: 'status', status: 500 }, { kind: 'retry', reason: 'status-500' }],
    [
      'does not take our token',
      { kind: 'status', status: 401 },
      { kind: 'retry', reason: 'status-401' },
    ],
    ['forbids it', { kind: 'status', status: 403 }, { kind: 'retry', reason: 'status-403' }],
    ['is not there', { kind: 'status', status: 404 }, { kind: 'retry', reason: 'status-404' }],
    [
      'edge case 20: asks for seconds',
      { kind: 'status', status: 429, retryAfter: 7 },
      { kind: 'retry', reason: 'status-429', afterSeconds: 7 },
    ],
    [
      'edge case 20: asks for nothing',
      { kind: 'status', status: 429, retryAfter: 0 },
      { kind: 'retry', reason: 'status-429', afterSeconds: 0 },
    ],
    ['will never take it', { kind: 'reject' }, { kind: 'rejected', failure: 'provider-rejected' }],
    [
      'finds it too large',
      { kind: 'status', status: 413 },
      { kind: 'rejected', failure: 'provider-rejected' },
    ],
    [
      'cannot process it',
      { kind: 'status', status: 422 },
      { kind: 'rejected', failure: 'provider-rejected' },
    ],
  ])('%s: a new account', async (_what, fault, expected) => {
    await mill().fault(fault);
    expect(await adapter().create(asKnown(newAccount()), false)).toEqual(expected);
  });

  it('edge case 20: asks for a time by the clock: as many seconds as until then', async () => {
    const inNinety = new Date(Date.now() + 90_000).toUTCString();
    await mill().fault({ kind: 'status', status: 503, retryAfter: inNinety, times: 1 });
    const result = await adapter().create(asKnown(newAccount()), false);
    if (result.kind !== 'retry') throw new Error(`it is ${result.kind}`);
    const { reason, afterSeconds } = result;
    expect(reason).toBe('status-503');
    expect(afterSeconds).toBeGreaterThan(87);
    expect(afterSeconds).toBeLessThanOrEqual(90);
  });

  it('edge case 20: asks for a time that has passed: no seconds', async () => {
    const lastYear = new Date(Date.now() - 31_536_000_000).toUTCString();
    await mill().fault({ kind: 'status', status: 503, retryAfter: lastYear });
    expect(await adapter().create(asKnown(newAccount()), false)).toMatchObject({ afterSeconds: 0 });
  });

  it.each([
    ['is down', { kind: 'down' }],
    ['fails', { kind: 'status', status: 500 }],
    ['will never do it', { kind: 'reject' }],
  ])('%s: the end of an account is never given up', async (_what, fault) => {
    const accountId = newAccount();
    const remoteId = remoteIdOf(await adapter().create(asKnown(accountId), false));
    await mill().fault(fault);
    for (const known of [remoteId, undefined]) {
      expect(await adapter().end(asKnown(accountId, known))).toMatchObject({ kind: 'retry' });
    }
    await mill().recover();
    expect(await mill().accounts()).toHaveLength(1);
  });

  it('fails to look the account up: nothing is made meanwhile', async () => {
    await mill().fault({ kind: 'status', status: 500, methods: ['GET'] });
    expect(await adapter().create(asKnown(newAccount()), true)).toMatchObject({ kind: 'retry' });
    await mill().recover();
    expect(await mill().accounts()).toEqual([]);
  });
});
