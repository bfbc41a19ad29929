import { describe, expect, it } from 'vitest';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke } from '../runtime/requests.ts';
import { desk, idAt } from './desk.ts';

captureLog();
const at = desk();
const month = '2025-06';
/** Nobody has made a queue for it: whoever sends it a message dies. */
const providerId = ProviderId.parse('deaf');

/** A learner whose place is active, and whose account a comparison has found twice: their row knows nothing of that. */
async function withTwo(): Promise<LearnerId> {
  const learnerId = await at().chosen('deaf');
  const { accounts, store } = at();
  const made = await accounts.begin({ learnerId, providerId }, 'create', undefined, month);
  if (made === undefined) throw new Error('it has not begun');
  const since = new Date().toISOString();
  await accounts.end({ ...made, state: 'present', changedAt: since }, month);
  const { sweepDue, ...seen } = await store.readPlaces(learnerId);
  const place = seen.places.subject;
  if (place === undefined) throw new Error('nothing was chosen');
  await store.keepPlaces({ ...seen, places: { subject: { ...place, state: 'active' } } });
  const present = await at().account(learnerId, 'deaf');
  const looked = await accounts.begin({ learnerId, providerId }, 'resume', present, month);
  if (looked === undefined) throw new Error('it has not begun');
  const open = { kind: 'person', reason: 'several-accounts', since } as const;
  await accounts.end({ ...looked, open }, month);
  return learnerId;
}

describe('edge case 25: given a case that a learner’s row knows nothing of', () => {
  it('when somebody has it asked again, and all dies before the worker is told, then the sweep tells it', async () => {
    const learnerId = await withTwo();
    const { claims } = await at().coordinator();
    const told = await invoke(at().bundled['provisioning/api'], provisioning.routes.settleTask, {
      claims,
      params: { providerId, accountId: idAt(learnerId, 'deaf') },
      body: { fence: 2, outcome: 'again' },
      headers: { 'idempotency-key': crypto.randomUUID() },
    });
    expect(told.status).toBe(500);
    expect(await at().account(learnerId, 'deaf')).toMatchObject({ state: 'changing', fence: 2 });
    await at().listen('deaf');
    at().wait(1);
    await at().sweep();
    await at().work('deaf');
    expect(await at().account(learnerId, 'deaf')).toMatchObject({ state: 'changing', fence: 3 });
  });
});
