import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identity, type Staff } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, staffClaims } from '../runtime/requests.ts';
import { firstPolicy, village } from '../runtime/village.ts';
import { Pools } from './pool.ts';

// The log of an invitation is no part of the test's output.
captureLog();

const { routes } = identity;
const pools = new Pools();
let cloud: Cloud;
let api: ApiHandler;
let invite: (event: DynamoDBStreamEvent) => Promise<void>;

beforeAll(async () => {
  cloud = await openCloud(pools);
  await cloud.createTable('identity');
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    NOTICES_TABLE: 'notices',
    AUDIT_TABLE: 'audit',
    STAFF_POOL_ID: 'staff-pool',
  });
  // In force at any time, so that the handlers' own clock does not matter.
  const region = village({ policies: [{ ...firstPolicy, from: '2020-01-01' }] });
  api = await loadApi('identity', { '#region': region });
  invite = (await import('../../functions/identity/invitation.trigger.ts')).handler;
});
afterAll(() => cloud.close());

describe('given an administrator who invites', () => {
  const administrator = staffClaims('first-administrator', 'administrator');
  let keys = 0;
  const ask = (body: object, claims = administrator) => {
    keys += 1;
    return invoke(api, routes.inviteStaff, {
      claims,
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': `key-of-test-${keys}` },
    });
  };

  /** The stream's record of a member of staff who was just invited, or was again so many times. */
  const recordOf = (
    { staffId, ...staff }: Staff,
    email: string,
    repeats?: number,
  ): DynamoDBStreamEvent => {
    const row = { pk: `STAFF#${staffId}`, sk: 'STAFF', staffId, ...staff, email, repeats };
    // The event's and the SDK's types of the same wire format differ only in how they write unions.
    const NewImage = marshall(row, { removeUndefinedValues: true }) as NonNullable<
      NonNullable<DynamoDBStreamEvent['Records'][number]['dynamodb']>['NewImage']
    >;
    return { Records: [{ eventName: 'INSERT', dynamodb: { NewImage } }] };
  };

  it('the invited gets one login, in their group, and sees their area; also when told twice', async () => {
    const email = 'river@village.example';
    const { status, body } = await ask({ email, role: 'officer', areaId: 'river' });
    expect(status).toBe(202);
    const staff = routes.inviteStaff.answers.body.parse(body);
    expect(staff).toMatchObject({ role: 'officer', areaId: 'river', state: 'inviting' });
    const [mails, logins] = [pools.mails, pools.staff.size];
    await invite(recordOf(staff, email));
    expect(pools.mails - mails).toBe(1);
    await invite(recordOf(staff, email));
    expect(pools.mails - mails, 'brought again, mailed once').toBe(1);
    expect(pools.staff.size - logins).toBe(1);
    expect(pools.staff.get(email)?.groups).toEqual(new Set(['officer']));
    const params = { staffId: staff.staffId };
    expect(await invoke(api, routes.readStaff, { params, claims: administrator })).toMatchObject({
      body: { ...staff, state: 'invited' },
    });
    const sub = Sub.parse(pools.staff.get(email)?.sub);
    expect(await staffStore('identity').scopeOf({ sub, role: 'officer' })).toEqual({
      kind: 'area',
      areaId: 'river',
    });
  });

  it('a former first administrator who is invited as an officer is that and nothing else', async () => {
    const email = 'former@village.example';
    const groups = new Set(['administrator', 'consultant']);
    pools.staff.set(email, { sub: 'staff-former', groups, signedIn: true });
    const { body } = await ask({ email, role: 'officer', areaId: 'hill' });
    const staff = routes.inviteStaff.answers.body.parse(body);
    await invite(recordOf(staff, email));
    expect(groups).toEqual(new Set(['officer']));
  });

  const askAgain = async (staff: Staff) => {
    keys += 1;
    const sent = await invoke(api, routes.inviteAgain, {
      params: { staffId: staff.staffId },
      claims: administrator,
      headers: { 'idempotency-key': `key-of-test-${keys}` },
    });
    expect(sent).toMatchObject({ status: 202, body: { ...staff, state: 'inviting' } });
  };

  it('asked for again before the first is mailed, is mailed once; while it is mailed, twice', async () => {
    const email = 'impatient@village.example';
    const { body } = await ask({ email, role: 'officer', areaId: 'hill' });
    const staff = routes.inviteStaff.answers.body.parse(body);
    const mailed = async (repeats?: number) => {
      const mails = pools.mails;
      await invite(recordOf(staff, email, repeats));
      return pools.mails - mails;
    };
    await askAgain(staff);
    expect(await mailed(), 'the one after it mails').toBe(0);
    cloud.disturb(async (operation) => {
      if (operation !== 'TransactWriteItems') return undefined;
      cloud.disturb(undefined);
      await askAgain(staff);
      return undefined;
    });
    expect(await mailed(1), 'asked for again between mail and row').toBe(1);
    expect(await mailed(2)).toBe(1);
    expect(await staffStore('identity').readStaff(staff.staffId)).toMatchObject({
      state: 'invited',
    });
  });

  it('an invitation that was not used is sent again, one that was used is not', async () => {
    const email = 'late@village.example';
    const { body } = await ask({ email, role: 'officer', areaId: 'hill' });
    const staff = routes.inviteStaff.answers.body.parse(body);
    await invite(recordOf(staff, email));
    const again = async (time: number) => {
      await askAgain(staff);
      const mails = pools.mails;
      await invite(recordOf(staff, email, time));
      return pools.mails - mails;
    };
    expect(await again(1)).toBe(1);
    const login = pools.staff.get(email);
    if (login === undefined) throw new Error('they have no login');
    login.signedIn = true;
    expect(await again(2)).toBe(0);
    expect(login.groups).toEqual(new Set(['officer']));
  });

  it('nobody can be invited again who was not invited', async () => {
    const sent = {
      params: { staffId: 'stf_00000000000000000000000000' },
      claims: administrator,
      headers: { 'idempotency-key': 'key-of-nobody' },
    };
    expect(await invoke(api, routes.inviteAgain, sent)).toMatchObject({
      status: 404,
      body: { code: 'no-such-staff' },
    });
  });

  it('nobody is mailed again for a change of the row after that', async () => {
    const { body } = await ask({ email: 'once@village.example', role: 'consultant' });
    const staff = routes.inviteStaff.answers.body.parse(body);
    const mails = pools.mails;
    await invite(recordOf({ ...staff, state: 'invited' }, 'once@village.example'));
    expect(pools.mails).toBe(mails);
  });

  it.each([
    [
      'the same address twice',
      { email: 'River@Village.Example', role: 'officer' },
      409,
      'already-staff',
    ],
    [
      'the first administrator',
      { email: 'office@village.example', role: 'officer' },
      409,
      'already-staff',
    ],
    [
      'to an area that is not there',
      { email: 'a@village.example', role: 'officer', areaId: 'moon' },
      422,
      'unknown-area',
    ],
    [
      'to a role that does not exist',
      { email: 'a@village.example', role: 'king' },
      400,
      'malformed',
    ],
    ['without an address', { role: 'officer' }, 400, 'malformed'],
  ])('is refused %s', async (_what, body, status, code) => {
    expect(await ask(body)).toMatchObject({ status, body: { code } });
  });

  it.each(['officer', 'coordinator', 'consultant'])(
    'a caller in the role %s is refused',
    async (role) => {
      const body = { email: 'a@village.example', role: 'officer' };
      expect(await ask(body, staffClaims('staff-x', role))).toMatchObject({ status: 403 });
    },
  );

  it('looks up somebody who is not there', async () => {
    const params = { staffId: 'stf_00000000000000000000000000' };
    expect(await invoke(api, routes.readStaff, { params, claims: administrator })).toMatchObject({
      status: 404,
      body: { code: 'no-such-staff' },
    });
  });
});
