import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import { accountIdOf } from '../../functions/enrolment/contract.ts';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { erasureStore } from '../../functions/provisioning/erasure.store.ts';
import { openStore } from '../../functions/provisioning/open.store.ts';
import { poolStore } from '../../functions/provisioning/pool.store.ts';
import { taskStore } from '../../functions/provisioning/task.store.ts';
import { rowsOf } from '../../functions/runtime/erasing.ts';
import { refused } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, staffClaims } from '../runtime/requests.ts';
import { type Claims, providerId, voucherStation } from './voucher-station.ts';

const takeLog = captureLog();
const at = voucherStation();
const pools = poolStore('provisioning');
const { importVouchers, settleTask, showPool } = provisioning.routes;
beforeEach(() => {
  takeLog();
});
afterEach(() => at().cloud.disturb(undefined));

let lists = 0;
function add(claims: Claims, codes: readonly string[], provider = 'mill', key?: string) {
  lists += 1;
  return invoke(at().api, importVouchers, {
    params: { providerId: provider },
    body: ['code', ...codes, ''].join('\n'),
    headers: { 'content-type': 'text/csv', 'idempotency-key': key ?? `key-of-list-${lists}` },
    claims,
  });
}
const show = (claims: Claims, provider = 'mill') =>
  invoke(at().api, showPool, { params: { providerId: provider }, claims });
const free = () => pools.countFree(providerId, 99);

/** Empties the pool: who comes next finds it dry. */
async function runDry() {
  for (let left = await free(); left > 0; left -= 1) await at().newcomer();
}

/** What the provisioning table has that names somebody. */
async function rowsNaming(learnerId: LearnerId) {
  const [account, of] = [accountIdOf(learnerId, providerId), `${learnerId}#${providerId}`];
  const partitions = [`POOL#${providerId}`, `VOUCHER#${account}`, `ACCOUNT#${of}`];
  const rows = await Promise.all(partitions.map((pk) => rowsOf('provisioning', pk)));
  return rows.flat().filter((row) => JSON.stringify(row).includes(learnerId));
}

describe('given a provider with codes', () => {
  it('whoever chooses it gets one, and when that ends the next gets it', async () => {
    const { claims } = await at().coordinator();
    const body = { imported: 1, known: 0, free: 1 };
    expect(await add(claims, ['FIRST-1'])).toMatchObject({ status: 200, body });
    const learnerId = await at().newcomer();
    expect(await at().stateOf(learnerId)).toBe('active');
    expect(await at().codeOf(learnerId)).toBe('FIRST-1');
    await at().leave(learnerId);
    expect(await at().codeOf(learnerId)).toBeUndefined();
    expect(await at().codeOf(await at().newcomer())).toBe('FIRST-1');
  });

  it('whoever takes their data along takes their code along, and nobody else’s', async () => {
    await add((await at().coordinator()).claims, ['ALONG-1']);
    const learnerId = await at().newcomer();
    const voucher = await at().codeOf(learnerId);
    const { dataOf } = erasureStore('provisioning');
    const data = { providerId, state: 'present', voucher };
    expect(await dataOf(learnerId, [providerId])).toEqual([data]);
  });

  it('of somebody who is erased no row is left', async () => {
    await add((await at().coordinator()).claims, ['ERASED-1']);
    const learnerId = await at().newcomer();
    const erase = () => erasureStore('provisioning').erase(learnerId, [providerId], []);
    expect(await erase()).toMatchObject({ kind: 'waits' });
    expect(await rowsNaming(learnerId)).toHaveLength(3);
    await at().leave(learnerId);
    expect(await erase()).toMatchObject({ kind: 'done' });
    expect(await rowsNaming(learnerId)).toEqual([]);
  });
});

describe('edge case 26: given a pool that has run dry', () => {
  it('learners wait, and get theirs when codes are added, the longest waiting first', async () => {
    const { claims } = await at().coordinator();
    await runDry();
    const first = await at().newcomer();
    at().wait(60);
    const second = await at().newcomer();
    for (const [code, next] of [
      ['LATE-1', first],
      ['LATE-2', second],
    ] as const) {
      expect([await at().stateOf(next), await at().codeOf(next)]).toEqual(['pending', undefined]);
      expect(await add(claims, [code])).toMatchObject({ status: 200 });
      // Nobody is asked for in vain, and loses their place in the line.
      expect(takeLog()).toMatch(/asked again.*"count":1\b/);
      await at().deliver();
      expect([await at().stateOf(next), await at().codeOf(next)]).toEqual(['active', code]);
    }
  });

  it('a code that comes back goes to whoever waits, with the next sweep', async () => {
    await runDry();
    await add((await at().coordinator()).claims, ['BACK-1']);
    const [leaving, waiting] = [await at().newcomer(), await at().newcomer()];
    await at().leave(leaving);
    await at().sweep();
    await at().deliver();
    expect(await at().codeOf(waiting)).toBe('BACK-1');
  });

  it('a list that breaks off before those who wait are asked for: the next sweep does', async () => {
    await runDry();
    const waiting = await at().newcomer();
    at().cloud.disturb(async (_, input) =>
      JSON.stringify(input).includes('REMOVE #open') ? refused('InternalServerError') : undefined,
    );
    expect(await add((await at().coordinator()).claims, ['BROKEN-1'])).toMatchObject({
      status: 500,
    });
    at().cloud.disturb(undefined);
    await at().sweep();
    await at().deliver();
    expect(await at().codeOf(waiting)).toBe('BROKEN-1');
  });
});

it.each(['waits', 'was asked for again, and nobody has looked yet'])(
  'edge case 26: nobody can say that an account without a code is done: it %s',
  async (how) => {
    await runDry();
    const learnerId = await at().newcomer();
    const { listTasks } = taskStore('provisioning');
    const task = (await listTasks(providerId, { limit: 100 })).find(
      (one) => one.learnerId === learnerId,
    );
    if (task === undefined) throw new Error('there is no task');
    const { accountId, fence } = task;
    if (how !== 'waits') await openStore('provisioning').askAgain(task);
    const { claims } = await at().coordinator();
    const tell = (outcome: string) =>
      invoke(at().api, settleTask, {
        ...{ claims, params: { providerId, accountId }, body: { fence, outcome } },
        headers: { 'idempotency-key': crypto.randomUUID() },
      });
    const answer = await tell('done');
    expect(answer).toMatchObject({ status: 422, body: { code: 'outcome-impossible' } });
    expect(JSON.stringify(answer.body)).toContain('code');
    await at().deliver();
    expect(await at().stateOf(learnerId)).toBe('pending');
    expect(await tell('rejected')).toMatchObject({ status: 204 });
    await at().deliver();
    expect(await at().stateOf(learnerId)).toBe('failed');
  },
);

it('an account is asked again only where nothing newer was asked for, and once', async () => {
  await runDry();
  const learnerId = await at().newcomer();
  const { listTasks } = taskStore('provisioning');
  const task = (await listTasks(providerId, { limit: 100 })).find(
    (one) => one.learnerId === learnerId,
  );
  if (task === undefined) throw new Error('there is no task');
  const { askAgain } = openStore('provisioning');
  expect(await askAgain({ ...task, fence: task.fence - 1 })).toBe(false);
  expect([await askAgain(task), await askAgain(task)]).toEqual([true, false]);
  await at().leave(learnerId);
});

describe('given a list of codes', () => {
  it('sent again with its key it is answered again, with another its codes are known', async () => {
    const { claims } = await at().coordinator();
    const before = await free();
    const first = await add(claims, ['AGAIN-1', 'AGAIN-2'], 'mill', 'the-same-key');
    expect(first).toMatchObject({ body: { imported: 2, known: 0, free: before + 2 } });
    expect(await add(claims, ['AGAIN-1', 'AGAIN-2'], 'mill', 'the-same-key')).toEqual(first);
    expect(await add(claims, ['AGAIN-2', 'AGAIN-3'])).toMatchObject({
      body: { imported: 1, known: 1, free: before + 3 },
    });
    expect(await show(claims)).toMatchObject({ body: { free: before + 3, lowWater: 2 } });
  });

  it('the trail says who added how many, once, and no code', async () => {
    const { staffId, claims } = await at().coordinator();
    for (const _ of [1, 2]) await add(claims, ['TRAIL-1', 'TRAIL-2']);
    const { entries } = await auditStore('audit').listOfStaff(staffId, 10, undefined);
    expect(entries).toMatchObject([
      { action: 'vouchers-imported', subjects: ['mill'], details: ['2'] },
    ]);
  });

  it('what is wrong is told line by line; nothing is added, and no code is told or logged', async () => {
    const { claims } = await at().coordinator();
    const before = await free();
    const answer = await add(claims, ['GOOD-SECRET', '=SECRET', 'SECRET,SECRET']);
    const errors = [{ field: 'line 3: code' }, { field: 'line 4: code' }];
    expect(answer).toMatchObject({ status: 422, body: { code: 'vouchers-refused', errors } });
    expect(await free()).toBe(before);
    expect(JSON.stringify(answer) + takeLog()).not.toContain('SECRET');
  });

  it('codes are in no line of the log', async () => {
    await add((await at().coordinator()).claims, ['LOGGED-1']);
    await at().newcomer();
    await at().sweep();
    const log = takeLog();
    expect(log).toContain('account settled');
    expect(log).not.toMatch(/LOGGED|mill\.example/);
  });
});

describe('who adds codes, and who sees how many there are', () => {
  it.each([
    ['another provider', 'nowhere', 404, 'no-such-provider'],
    ['a provider without codes', 'well', 422, 'no-voucher-provider'],
  ])('%s is refused', async (_what, provider, status, code) => {
    const { claims } = await at().coordinator();
    expect(await add(claims, ['OTHER-1'], provider)).toMatchObject({ status, body: { code } });
    expect(await show(claims, provider)).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['a coordinator of one area', 'whole-region-only'],
    ['an officer', 'wrong-role'],
    ['a coordinator whom nobody invited', 'no-staff-record'],
  ])('not %s', async (who, code) => {
    const { claims } = await at().coordinator('river');
    const others: Record<string, Claims> = {
      'an officer': staffClaims('someone', 'officer'),
      'a coordinator whom nobody invited': staffClaims('someone', 'coordinator'),
    };
    const asking = others[who] ?? claims;
    expect(await add(asking, ['NEVER-1'])).toMatchObject({ status: 403, body: { code } });
    expect(await show(asking)).toMatchObject({ status: 403, body: { code } });
  });
});

it('given as many codes left as the low-water mark, a sweep tells that the pool runs low', async () => {
  const { claims } = await at().coordinator();
  await runDry();
  for (const [codes, low] of [
    [['LOW-1', 'LOW-2'], true],
    [['LOW-3'], false],
  ] as const) {
    await add(claims, codes);
    takeLog();
    await at().sweep();
    expect(takeLog().includes('"VouchersLow":1')).toBe(low);
  }
});
