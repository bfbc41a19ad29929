import { beforeEach, describe, expect, it } from 'vitest';
import { scimAdapter } from '../../functions/provisioning/scim.adapter.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { known as asKnown } from './known-accounts.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

captureLog();
const mill = provider();
const at = station(mill);
const adapter = () => scimAdapter(mill().secret);

beforeEach(() => at().cloud.secrets.putEntry('providers', 'mill', mill().secret));

/** A day on which the approval of all learners here changed. */
const july = (day: number) => `2025-07-0${day}T00:00:00.000Z`;

/** A learner with an active account. */
async function withAccount() {
  const learnerId = await at().enter();
  await at().choose(learnerId, 'subject');
  await at().deliverAll();
  const stateOf = async () => (await at().row(learnerId)).places.subject?.state;
  return { learnerId, stateOf };
}

describe('given an approval that is suspended', () => {
  it('edge case 21: the account is suspended, and resumed it is the same one, not a second', async () => {
    const { learnerId, stateOf } = await withAccount();
    const [before] = await mill().accounts();
    await at().approve(learnerId, 'suspended', july(2));
    await at().deliverAll();
    expect(await mill().accounts()).toEqual([{ ...before, active: false }]);
    expect(await stateOf()).toBe('suspended');
    await at().approve(learnerId, 'holds', july(3));
    await at().deliverAll();
    expect(await mill().accounts()).toEqual([before]);
    expect(await stateOf()).toBe('active');
  });

  it('edge case 17: after an answer that was lost, is suspended for certain only when nothing can come late', async () => {
    const { learnerId, stateOf } = await withAccount();
    await at().approve(learnerId, 'suspended', july(2));
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['PATCH'] });
    await at().deliver();
    at().wait(60);
    await at().deliver();
    expect(await stateOf(), 'the lost request may still be under way').toBe('pending');
    await at().deliverAll();
    expect(await stateOf()).toBe('suspended');
    expect(await mill().accounts()).toMatchObject([{ active: false }]);
  });

  it('edge case 17: then what was lost is over, and the next step is one request again', async () => {
    const { learnerId, stateOf } = await withAccount();
    await at().approve(learnerId, 'suspended', july(2));
    await mill().fault({ kind: 'lose-answer', times: 1, methods: ['PATCH'] });
    await at().deliverAll();
    expect(await stateOf()).toBe('suspended');
    const before = await mill().received('GET');
    await at().approve(learnerId, 'holds', july(3));
    await at().deliverAll();
    expect(await stateOf()).toBe('active');
    expect(await mill().received('GET')).toBe(before);
  });

  it('an account that somebody removed meanwhile is made anew when it is wanted again', async () => {
    const { learnerId, stateOf } = await withAccount();
    const [account] = await mill().accounts();
    await mill().remove(account?.id ?? '');
    await at().approve(learnerId, 'suspended', july(2));
    await at().deliverAll();
    expect([await stateOf(), await mill().accounts()]).toEqual(['suspended', []]);
    await at().approve(learnerId, 'holds', july(3));
    await at().deliverAll();
    expect(await mill().accounts()).toMatchObject([{ active: true }]);
  });

  it('an account that was not made yet is not made to be suspended', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await at().approve(learnerId, 'suspended', july(2));
    await at().deliverAll();
    expect(await mill().accounts()).toEqual([]);
  });
});

describe('given a provider that does not do as it is asked', () => {
  it.each([
    ['is down', { kind: 'down' }],
    ['fails', { kind: 'status', status: 500, methods: ['PATCH'] }],
    ['will never do it', { kind: 'reject', methods: ['PATCH'] }],
  ])('%s: a suspension is never given up', async (_what, fault) => {
    const { learnerId } = await withAccount();
    const [account] = await mill().accounts();
    const accountId = at().accountIdOf(learnerId);
    await mill().fault(fault);
    expect(await adapter().suspend(asKnown(accountId, account?.id))).toMatchObject({
      kind: 'retry',
    });
    await mill().recover();
    expect(await adapter().suspend(asKnown(accountId))).toEqual({
      kind: 'done',
      remoteId: account?.id,
    });
    expect(await mill().accounts()).toMatchObject([{ active: false }]);
  });
});
