import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import type { Places } from '../../functions/enrolment/contract.ts';
import { workLots } from '../../functions/enrolment/rows.store.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { at, village } from '../runtime/village.ts';
import { approval, place } from './places.ts';

let cloud: Cloud;
const store = enrolmentStore('enrolment');
const approvals = approvalStore({ enrolment: 'enrolment', notices: 'notices' }, village());

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('enrolment', ['pending', 'pendingLot', 'sweepDue']);
});
afterAll(() => cloud.close());

/** Those of all partitions. */
async function pending(until: string): Promise<readonly Places[]> {
  const found: Places[] = [];
  for (const lot of workLots)
    for await (const page of store.listPending(lot, until)) found.push(...page);
  return found;
}

/** The row of a learner who was just approved. */
async function row(): Promise<Places> {
  const learnerId = newId(LearnerId, 'lrn');
  await approvals.recordApproval(learnerId, approval(), at('2025-07-01T12:00'));
  return store.readPlaces(learnerId);
}

describe('given learners whose accounts are not as they should be', () => {
  const due = async (now: string) => {
    const rows = await pending(now);
    return rows.map(({ learnerId }) => learnerId);
  };

  it('lists those that are due, whichever partition they are in, and not before', async () => {
    const waiting = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const sweepDue = `2025-07-01T00:${String(index).padStart(2, '0')}:00.000Z`;
        const next = {
          ...(await row()),
          places: { subject: place('mill', { state: 'pending' }) },
          sweepDue,
        };
        await store.keepPlaces(next);
        return next.learnerId;
      }),
    );
    await row();
    expect(await due('2025-06-30T23:59:59.999Z')).toEqual([]);
    expect(new Set(await due('2025-07-01T00:05:00.000Z'))).toEqual(new Set(waiting.slice(0, 6)));
    expect(new Set(await due('2025-07-02T00:00:00.000Z'))).toEqual(new Set(waiting));
  });

  it('leaves out a learner as soon as all is well', async () => {
    const sweepDue = '2024-01-01T00:00:00.000Z';
    const next = { ...(await row()), endings: { mill: sweepDue }, sweepDue };
    await store.keepPlaces(next);
    expect(await due('2024-01-02T00:00:00.000Z')).toEqual([next.learnerId]);
    const { sweepDue: _, ...settled } = await store.readPlaces(next.learnerId);
    await store.keepPlaces({ ...settled, endings: {} });
    expect(await due('2024-01-02T00:00:00.000Z')).toEqual([]);
  });

  it('gives whole rows, to be decided on', async () => {
    const sweepDue = '2023-01-01T00:00:00.000Z';
    const next = { ...(await row()), endings: { mill: sweepDue }, sweepDue };
    await store.keepPlaces(next);
    expect(await pending('2023-01-02T00:00:00.000Z')).toEqual([{ ...next, version: 2 }]);
  });
});
