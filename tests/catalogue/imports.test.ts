import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { StaffId } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { AreaId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { refused } from '../runtime/disturbances.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, staffClaims } from '../runtime/requests.ts';
import { village } from '../runtime/village.ts';
import { line, sheet } from './sheets.ts';

captureLog();
let cloud: Cloud;
let api: ApiHandler;
beforeAll(async () => {
  cloud = await openCloud();
  for (const table of ['identity', 'catalogue']) await cloud.createTable(table);
  await cloud.createTable('audit', ['staff', 'staffId', 'at']);
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    ELIGIBILITY_TABLE: 'eligibility',
    CATALOGUE_TABLE: 'catalogue',
    AUDIT_TABLE: 'audit',
  });
  api = await loadApi('catalogue', { '#region': village() });
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

let members = 0;
/** A coordinator of an area, or of the whole region. */
async function coordinator(area?: string) {
  members += 1;
  const sub = Sub.parse(`coordinator-${members}`);
  const areaId = area === undefined ? undefined : AreaId.parse(area);
  const staffId = newId(StaffId, 'stf');
  const staff = { staffId, role: 'coordinator', areaId, state: 'inviting' } as const;
  const input = { email: `${sub}@village.example`, role: 'coordinator', areaId } as const;
  const store = staffStore('identity');
  await store.invite(staff, input, { id: `administrator#${sub}`, fingerprint: '' });
  await store.recordInvited({ staff, repeats: 0 }, sub);
  return { staffId, claims: staffClaims(sub, 'coordinator') };
}

const replace = (claims: Record<string, string>, ...lines: string[]) =>
  invoke(api, catalogue.routes.replaceCourses, {
    params: { providerId: 'well' },
    body: sheet(...lines),
    headers: { 'content-type': 'text/csv' },
    claims,
  });
const trailOf = async (staffId: StaffId) =>
  (await auditStore('audit').listOfStaff(staffId, 10, undefined)).entries;

describe('given a list of courses, who may put it there', () => {
  it('a coordinator of the whole region, and the audit trail says who did', async () => {
    const { staffId, claims } = await coordinator();
    expect(await replace(claims, line('A'), line('B'))).toMatchObject({ status: 200 });
    expect(await trailOf(staffId)).toMatchObject([
      { action: 'courses-replaced', subjects: ['well', expect.any(String)], details: ['2'] },
    ]);
  });

  it('not a coordinator of one area: learners of all areas choose from it', async () => {
    const { staffId, claims } = await coordinator('river');
    const answer = await replace(claims, line('C'));
    expect(answer).toMatchObject({ status: 403, body: { code: 'whole-region-only' } });
    expect(await trailOf(staffId)).toEqual([]);
  });

  it.each([
    ['a coordinator whom nobody invited', 'coordinator', 'no-staff-record'],
    ['an officer', 'officer', 'wrong-role'],
  ])('not %s', async (_who, role, code) => {
    const answer = await replace(staffClaims('someone', role), line('C'));
    expect(answer).toMatchObject({ status: 403, body: { code } });
  });

  it('the same list again is no change, so the trail has one entry', async () => {
    const { staffId, claims } = await coordinator();
    for (const _ of [1, 2]) await replace(claims, line('D'));
    expect(await trailOf(staffId)).toHaveLength(1);
  });

  it('without an entry in the trail there is no new list, and the next try makes both', async () => {
    const { staffId, claims } = await coordinator();
    cloud.disturb(async (operation) =>
      operation === 'TransactWriteItems' ? refused('InternalFailure') : undefined,
    );
    expect(await replace(claims, line('E'))).toMatchObject({ status: 500 });
    expect(await trailOf(staffId)).toEqual([]);
    cloud.disturb(undefined);
    expect(await replace(claims, line('E'))).toMatchObject({ status: 200 });
    expect(await trailOf(staffId)).toHaveLength(1);
  });
});
