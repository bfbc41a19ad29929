import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AuditEntry, type Happening } from '../../functions/audit/contract.ts';
import { periodOf } from '../../functions/audit/period.rules.ts';
import { auditStore } from '../../functions/audit/store.ts';
import { LearnerId, StaffId } from '../../functions/identity/contract.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { append, auditEntry } from '../../functions/runtime/trail.ts';
import { AreaId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { village } from '../runtime/village.ts';

let cloud: Cloud;
const trail = auditStore('audit');

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('audit', ['staff', 'staffId', 'at']);
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

const look = (otherwise: Partial<Happening> = {}): Happening => ({
  at: '2025-07-01T09:00:00.000Z',
  actor: { kind: 'staff', staffId: newId(StaffId, 'stf') },
  action: 'application-read',
  learnerId: newId(LearnerId, 'lrn'),
  areaId: AreaId.parse('river'),
  subjects: ['app_1'],
  details: ['waiting'],
  ...otherwise,
});

const minute = (count: number) => `2025-07-01T09:${String(count).padStart(2, '0')}:00.000Z`;

describe('given looks and decisions that were recorded', () => {
  it('lists those about a learner newest first, page by page, and nobody else’s', async () => {
    const learnerId = newId(LearnerId, 'lrn');
    for (const count of [2, 0, 1]) await append('audit', look({ learnerId, at: minute(count) }));
    await append('audit', look());
    const first = await trail.listOfLearner(learnerId, 2, undefined);
    expect(first.entries.map(({ at }) => at)).toEqual([minute(2), minute(1)]);
    const second = await trail.listOfLearner(learnerId, 2, first.cursor);
    expect(second.entries.map(({ at }) => at)).toEqual([minute(0)]);
    expect(second.cursor).toBe(undefined);
  });

  it('lists those of a member of staff, with looks at whole lists', async () => {
    const actor = { kind: 'staff', staffId: newId(StaffId, 'stf') } as const;
    await append('audit', look({ actor, at: minute(0) }));
    await append(
      'audit',
      look({ actor, at: minute(1), learnerId: undefined, action: 'queue-read' }),
    );
    await append('audit', look());
    const { entries } = await trail.listOfStaff(actor.staffId, 25, undefined);
    expect(entries.map(({ action }) => action)).toEqual(['queue-read', 'application-read']);
  });

  it.each([
    ['all days', {}, [0, 1, 2, 3]],
    ['from a day on', { from: '2025-07-02' }, [1, 2, 3]],
    ['until a day, its last moment included', { until: '2025-07-02' }, [0, 1, 2]],
    ['of one day, by the clock of the region', { from: '2025-07-02', until: '2025-07-02' }, [1, 2]],
    ['of days on which nothing was', { from: '2025-08-01', until: '2025-08-31' }, []],
  ])('lists %s, of a learner and of a member of staff', async (_, days, expected) => {
    // In Seoul 2 July begins at 15:00 UTC of the 1st.
    const moments = [
      '2025-07-01T14:59:59.999Z',
      '2025-07-01T15:00:00.000Z',
      '2025-07-02T14:59:59.999Z',
      '2025-07-02T15:00:00.000Z',
    ];
    const actor = { kind: 'staff', staffId: newId(StaffId, 'stf') } as const;
    const learnerId = newId(LearnerId, 'lrn');
    for (const at of moments) await append('audit', look({ actor, learnerId, at }));
    const period = periodOf(village(), days);
    const both = await Promise.all([
      trail.listOfLearner(learnerId, 25, undefined, period),
      trail.listOfStaff(actor.staffId, 25, undefined, period),
    ]);
    const wanted = expected.map((position) => moments[position]).toReversed();
    for (const { entries } of both) expect(entries.map(({ at }) => at)).toEqual(wanted);
  });

  it('knows no days that run backwards', () => {
    expect(periodOf(village(), { from: '2025-07-02', until: '2025-07-01' })).toBeUndefined();
  });

  it('refuses a cursor of another list', async () => {
    const mine = look();
    await append('audit', mine);
    await append('audit', { ...mine, at: minute(1) });
    const { learnerId = newId(LearnerId, 'lrn') } = mine;
    const { cursor } = await trail.listOfLearner(learnerId, 1, undefined);
    const other = trail.listOfLearner(newId(LearnerId, 'lrn'), 1, cursor);
    await expect(other).rejects.toMatchObject({ status: 400, code: 'malformed' });
  });
});

describe('given one happening, recorded again', () => {
  it('has one entry, which stays as it was', async () => {
    const happening = look();
    const { learnerId = newId(LearnerId, 'lrn') } = happening;
    await append('audit', happening);
    await append('audit', { ...happening, details: ['rewritten'] });
    const { entries } = await trail.listOfLearner(learnerId, 25, undefined);
    expect(entries).toMatchObject([{ details: ['waiting'] }]);
  });

  it('in a transaction, undoes the transaction', async () => {
    const happening = look();
    await append('audit', happening);
    expect(await transact([auditEntry('audit', happening)])).toEqual({ done: false, failed: [0] });
  });
});

describe('a look', () => {
  it('that cannot be recorded is an error, not a secret', async () => {
    cloud.disturb(async () => ({
      reply: {
        status: 400,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ __type: 'ValidationException', message: 'no' }),
      },
    }));
    await expect(append('audit', look())).rejects.toThrow();
  });
});

describe('an entry', () => {
  const entry = { ...look(), entryId: `aud_${'0'.repeat(26)}` };

  it.each([
    ['a name', { subjects: ['김하늘'] }],
    ['an address', { subjects: ['kim@village.example'] }],
    ['words that someone wrote', { details: ['She came to the counter.'] }],
    ['an action that nobody declared', { action: 'guessed' }],
  ])('holds no %s', (_what, otherwise) => {
    expect(AuditEntry.safeParse(entry).success).toBe(true);
    expect(AuditEntry.safeParse({ ...entry, ...otherwise }).success).toBe(false);
  });
});
