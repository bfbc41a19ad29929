import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  LearnerId,
  ProfileInput,
  type Staff,
  StaffId,
  StaffInput,
} from '../../functions/identity/contract.ts';
import { readInvitation, staffStore } from '../../functions/identity/staff.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { type StaffCaller, Sub } from '../../functions/runtime/caller.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { AnsweredBefore, type Claim, findAnswer } from '../../functions/runtime/idempotency.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { village } from '../runtime/village.ts';

let cloud: Cloud;
const valley = {
  id: 'valley',
  name: { ko: '골짜기', en: 'Valley' },
  areas: ['hill', 'river'],
  agreement: { signed: '2025-03-01', legalBasis: 'Agreement of the valley' },
  from: { recruiting: '2025-03-01', live: '2025-03-01' },
  services: [],
};
const store = staffStore('identity', village({ partners: [valley] }));

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('identity');
});
afterAll(() => cloud.close());

let count = 0;
/** An invitation of someone new, with its own claim. */
function invitation(otherwise: object = {}) {
  count += 1;
  const email = `Someone.${count}@village.example`;
  const input = StaffInput.parse({ email, role: 'officer', areaId: 'river', ...otherwise });
  const { email: _, ...rest } = input;
  const staff: Staff = { staffId: newId(StaffId, 'stf'), ...rest, state: 'inviting' };
  const claim: Claim = { id: `administrator#key-${count}`, fingerprint: 'as sent' };
  return { staff, input, claim };
}

const invite = ({ staff, input, claim }: ReturnType<typeof invitation>) =>
  store.invite(staff, input, claim);

const caller = (sub: Sub, role: StaffCaller['role'] = 'officer'): StaffCaller => ({ sub, role });

describe('given someone who was invited', () => {
  it('is there, and the claim remembers the answer', async () => {
    const invited = invitation();
    await invite(invited);
    expect(await store.readStaff(invited.staff.staffId)).toEqual(invited.staff);
    expect(await findAnswer('identity', invited.claim)).toMatchObject({
      status: 202,
      body: invited.staff,
    });
  });

  it('when invited again in other letters, is in conflict, and nothing else is kept', async () => {
    const first = invitation();
    await invite(first);
    const again = invitation({ email: first.input.email.toUpperCase() });
    await expect(invite(again)).rejects.toMatchObject({ status: 409, code: 'already-staff' });
    expect(await store.readStaff(again.staff.staffId)).toBe(undefined);
    expect(await findAnswer('identity', again.claim)).toBe(undefined);
  });

  it('when the same request comes again, is told that it was answered', async () => {
    const first = invitation();
    await invite(first);
    const { input, claim } = first;
    const retried = { ...invitation(), input, claim };
    await expect(invite(retried)).rejects.toBeInstanceOf(AnsweredBefore);
  });

  it('when invited ten times at once, is invited once', async () => {
    const { input } = invitation();
    const all = Array.from({ length: 10 }, () => ({ ...invitation(), input }));
    const outcomes = await Promise.allSettled(all.map(invite));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const there = await Promise.all(all.map(({ staff }) => store.readStaff(staff.staffId)));
    expect(there.filter((staff) => staff !== undefined)).toHaveLength(1);
  });

  it('when the pool knows them, is invited, and again without another effect', async () => {
    const { staff, ...rest } = invitation();
    await invite({ staff, ...rest });
    const sub = Sub.parse(`staff-${staff.staffId}`);
    for (const time of ['first', 'second']) {
      expect((await store.recordInvited({ staff, repeats: 0 }, sub)).done, time).toBe(true);
    }
    expect(await store.readStaff(staff.staffId)).toEqual({ ...staff, state: 'invited' });
  });

  it('when invited again, is being invited once more; the same request counts once', async () => {
    const { staff, ...rest } = invitation();
    await invite({ staff, ...rest });
    await store.recordInvited({ staff, repeats: 0 }, Sub.parse(`staff-${staff.staffId}`));
    const { claim } = invitation();
    await store.inviteAgain(staff, claim);
    expect(await store.readStaff(staff.staffId)).toEqual(staff);
    await expect(store.inviteAgain(staff, claim)).rejects.toBeInstanceOf(AnsweredBefore);
  });

  it('is not named in any key: services that log requests log keys', async () => {
    const invited = invitation();
    const keys: string[] = [];
    cloud.disturb(async (_operation, input) => {
      for (const [, key = ''] of JSON.stringify(input).matchAll(/"pk":\{"S":"([^"]*)"/g))
        keys.push(key);
      return undefined;
    });
    await invite(invited);
    cloud.disturb(undefined);
    expect(keys.length).toBeGreaterThan(2);
    expect(keys.join().toLowerCase()).not.toContain(invited.input.email.toLowerCase());
  });

  it('is read from a stream as from the table', async () => {
    const { staff } = invitation();
    const email = 'someone@village.example';
    const row = { pk: `STAFF#${staff.staffId}`, sk: 'STAFF', ...staff, email };
    expect(readInvitation(row)).toEqual({ staff, email, repeats: 0 });
    expect(() => readInvitation({ ...row, sk: 'ANSWER' })).toThrow();
  });
});

describe('given a staff login, what it may see', () => {
  const recorded = async (otherwise: object) => {
    const { staff, ...rest } = invitation(otherwise);
    await invite({ staff, ...rest });
    const sub = Sub.parse(`staff-${staff.staffId}`);
    await store.recordInvited({ staff, repeats: 0 }, sub);
    return sub;
  };

  it('is the area of the invitation (edge 50)', async () => {
    const sub = await recorded({ areaId: 'hill' });
    expect(await store.scopeOf(caller(sub))).toEqual({ kind: 'area', areaId: 'hill' });
  });

  it('is the areas of the partner of the invitation (edge 50), as the region file has them today', async () => {
    const sub = await recorded({ areaId: undefined, partnerId: 'valley' });
    const scope = { kind: 'partner', partnerId: 'valley' };
    expect(await store.scopeOf(caller(sub))).toEqual({ ...scope, areas: ['hill', 'river'] });
    const later = staffStore('identity', village({ partners: [{ ...valley, areas: ['hill'] }] }));
    expect(await later.scopeOf(caller(sub))).toEqual({ ...scope, areas: ['hill'] });
    const gone = staffStore('identity', village());
    expect(await gone.scopeOf(caller(sub))).toEqual({ ...scope, areas: [] });
  });

  it('is what it was for a login from before there were partners', async () => {
    const sub = Sub.parse('staff-of-old');
    const old = { pk: `LOGIN#${sub}`, sk: 'STAFF', staffId: newId(StaffId, 'stf'), areaId: 'hill' };
    await documents.send(new PutCommand({ TableName: 'identity', Item: old }));
    expect(await store.scopeOf(caller(sub))).toEqual({ kind: 'area', areaId: 'hill' });
  });

  it('is the region where the invitation names no area', async () => {
    const sub = await recorded({ areaId: undefined });
    expect(await store.scopeOf(caller(sub))).toEqual({ kind: 'region' });
  });

  it('is the region for the first administrator, who was not invited (edge 49)', async () => {
    const sub = Sub.parse('first-administrator');
    expect(await store.scopeOf(caller(sub, 'administrator'))).toEqual({ kind: 'region' });
  });

  it.each(['officer', 'coordinator', 'consultant'] as const)(
    'is nothing for a login with the role %s that nobody invited',
    async (role) => {
      const stranger = caller(Sub.parse('stranger'), role);
      await expect(store.scopeOf(stranger)).rejects.toMatchObject({
        status: 403,
        code: 'no-staff-record',
      });
    },
  );

  it('is nothing of a learner with the same subject in the other pool', async () => {
    const sub = Sub.parse('in-both-pools');
    const profile = ProfileInput.parse({
      name: '김하늘',
      birthDate: '2009-05-20',
      stage: 'high',
      areaId: 'river',
      language: 'ko',
    });
    const learners = identityStore('identity');
    const at = '2025-07-01T00:00:00.000Z';
    await learners.createLearner(sub, 'h@village.example', newId(LearnerId, 'lrn'), profile, at);
    await expect(store.scopeOf(caller(sub))).rejects.toMatchObject({ code: 'no-staff-record' });
  });
});
