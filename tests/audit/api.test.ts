import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../functions/audit/contract.ts';
import { LearnerId, StaffId } from '../../functions/identity/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { append } from '../../functions/runtime/trail.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, staffClaims } from '../runtime/requests.ts';
import { village } from '../runtime/village.ts';

captureLog();

const { listEntries } = audit.routes;
let cloud: Cloud;
let api: ApiHandler;

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('identity');
  await cloud.createTable('audit', ['staff', 'staffId', 'at']);
  Object.assign(process.env, { IDENTITY_TABLE: 'identity', AUDIT_TABLE: 'audit' });
  api = await loadApi('audit', { '#region': village() });
});
afterAll(() => cloud.close());

const administrator = staffClaims('administrator-1', 'administrator');
const list = (query: Record<string, string>, claims = administrator) =>
  invoke(api, listEntries, { claims, query });

describe('given an administrator who reads the trail', () => {
  const staffId = newId(StaffId, 'stf');
  const learnerId = newId(LearnerId, 'lrn');

  it('sees what was done about a learner, and the own look before it', async () => {
    await append('audit', {
      at: '2025-07-01T09:00:00.000Z',
      actor: { kind: 'staff', staffId },
      action: 'application-read',
      learnerId,
      subjects: ['app_1'],
      details: [],
    });
    const { body } = await list({ learnerId });
    const { entries } = listEntries.answers.body.parse(body);
    expect(entries.map(({ action }) => action)).toEqual(['audit-read', 'application-read']);
    const { body: again } = await list({ learnerId });
    expect(listEntries.answers.body.parse(again).entries).toHaveLength(3);
  });

  it('sees what a member of staff did', async () => {
    const { body } = await list({ staffId });
    expect(body).toMatchObject({ entries: [{ action: 'application-read', learnerId }] });
  });

  it.each([
    ['nobody', {}],
    ['both', { learnerId, staffId }],
  ])('about %s, is asked to say which', async (_whom, query) => {
    expect(await list(query)).toMatchObject({ status: 422, body: { code: 'learner-or-staff' } });
  });

  it('of some days, sees what was done on them', async () => {
    const { body } = await list({ staffId, from: '2025-07-01', until: '2025-07-01' });
    expect(body).toMatchObject({ entries: [{ action: 'application-read', learnerId }] });
    expect(await list({ staffId, from: '2025-07-02' })).toMatchObject({ body: { entries: [] } });
  });

  it('of days that run backwards, is told so', async () => {
    const query = { staffId, from: '2025-07-02', until: '2025-07-01' };
    expect(await list(query)).toMatchObject({ status: 422, body: { code: 'days-reversed' } });
  });

  it('is an administrator: officers are refused', async () => {
    expect(await list({ learnerId }, staffClaims('officer-1', 'officer'))).toMatchObject({
      status: 403,
      body: { code: 'wrong-role' },
    });
  });
});
