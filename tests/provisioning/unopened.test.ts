import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { openQueue, type Queue } from '../runtime/queues.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

const takeLog = captureLog();
const mill = provider();
const at = station(mill);
const accounts = provisioningStore('provisioning');
const millId = ProviderId.parse('mill');

/** Delivered so often, a message is given up (`longestAttempts`). */
const enough = 12;
let attempts = 0;

/** What the queue has now, with a count of how often any of it came before. */
async function deliver(queue: Queue): Promise<void> {
  const records = await queue.receive();
  for (const { attributes } of records)
    attempts = Math.max(attempts, Number(attributes.ApproximateReceiveCount));
  await queue.deliver(at().work, records);
}

/** Hours in which the sweep comes by and messages come back, each quarter. */
async function pass(hours: number): Promise<void> {
  for (let quarter = 0; quarter < hours * 4; quarter += 1) {
    at().wait(900);
    await at().sweep();
    await deliver(at().queue);
  }
}

beforeAll(() => at().cloud.secrets.put('providers', { _unfilled: 'made by the stack' }));
beforeEach(() => {
  attempts = 0;
});

const wrong = [
  ['nobody has put anything', undefined],
  ['what was put is of another shape', { url: 'https://mill.example', key: 'hush' }],
  ['what was put is no object', 'hush'],
] as const;

describe('given a provider that nothing opens', () => {
  it.each(wrong)('when %s, then accounts wait, and are made once it is put', async (_, entry) => {
    at().cloud.secrets.putEntry('providers', 'mill', entry);
    const learners = await Promise.all([1, 2, 3].map(() => at().enter()));
    for (const learnerId of learners) await at().choose(learnerId, 'subject');
    // A message that comes each quarter would have come often enough to be given up.
    await pass(4);
    expect(attempts, 'attempts of one message, of which none may be the last').toBeLessThan(enough);
    for (const learnerId of learners) {
      expect((await at().row(learnerId)).places.subject?.state).toBe('pending');
      expect(await accounts.readAccount(learnerId, millId)).not.toHaveProperty('open');
    }
    const told = takeLog();
    expect(told).toContain('"code":"unusable-secret"');
    expect(told).not.toContain('hush');

    at().cloud.secrets.putEntry('providers', 'mill', mill().secret);
    await pass(2);
    for (const learnerId of learners)
      expect((await at().row(learnerId)).places.subject?.state).toBe('active');
    // What was read is kept for five minutes.
    at().wait(301);
  });

  it('then the others have their accounts meanwhile', async () => {
    const forge = await openQueue(at().cloud, 'accounts-forge');
    at().cloud.secrets.putEntry('providers', 'mill', { token: 'hush' });
    at().cloud.secrets.putEntry('providers', 'forge', mill().secret);
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject', 'forge');
    await deliver(forge);
    expect((await at().row(learnerId)).places.subject?.state).toBe('active');
  });
});
