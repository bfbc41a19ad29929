import { beforeEach, describe, expect, it } from 'vitest';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

const takeLog = captureLog();
const mill = provider();
const at = station(mill);

/** Takes all messages off the queue without doing anything: they are lost. */
async function loseMessages() {
  for (;;) {
    const records = await at().queue.receive();
    if (records.length === 0) return;
    await at().queue.deliver(async () => ({ batchItemFailures: [] }), records);
  }
}

/** What was logged, line by line. */
const lines = (): readonly unknown[] =>
  takeLog()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

beforeEach(async () => {
  await loseMessages();
  // The same version is sent once within five minutes; the sweep comes later than that.
  at().wait(300);
  takeLog();
});

describe('given accounts whose messages were lost', () => {
  it('edge case 20: the sweep asks for each again, and they come about', async () => {
    const learners = await Promise.all(Array.from({ length: 8 }, () => at().enter()));
    for (const learnerId of learners) await at().choose(learnerId, 'subject');
    await at().deliverAll();
    for (const learnerId of learners.slice(0, 4)) await at().giveBack(learnerId, 'subject');
    for (const learnerId of learners.slice(4)) await at().choose(learnerId, 'language');
    await loseMessages();
    at().wait(300);
    await at().sweep();
    await at().deliverAll();
    const stay = learners.slice(4).map((learnerId) => at().accountIdOf(learnerId));
    const held = (await mill().accounts()).map(({ externalId }) => externalId);
    expect(held.sort()).toEqual(stay.sort());
    for (const learnerId of learners) {
      const row = await at().row(learnerId);
      expect(row).not.toHaveProperty('sweepDue');
      expect(row.endings).toEqual({});
    }
  });

  it('is due again later, so that an outage is no flood', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await loseMessages();
    at().wait(300);
    await at().sweep();
    const { sweepDue = '' } = await at().row(learnerId);
    // Chosen more than four hours ago by the clock of the machine: the longest time to the next.
    expect(Date.parse(sweepDue) - Date.now()).toBeGreaterThan(239 * 60_000);
    expect(at().queue.depth().available).toBe(1);
    at().wait(300);
    await at().sweep();
    expect(at().queue.depth().available).toBe(1);
    await at().deliverAll();
  });

  it('leaves alone whoever has all as it should be', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    await at().deliverAll();
    const before = await at().row(learnerId);
    await at().sweep();
    expect(await at().row(learnerId)).toEqual(before);
    expect(at().queue.depth().available).toBe(0);
  });

  it('logs how many there were', async () => {
    await at().sweep();
    expect(lines()).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'swept', count: 0 }),
    );
  });

  it('measures each time how many providers rest and fail, also that none does: alarms go by the least of five minutes', async () => {
    await at().sweep();
    expect(lines()).toContainEqual(
      expect.objectContaining({ ProvidersResting: 0, ProvidersFailing: 0 }),
    );
  });
});

describe('given a provider that left, and its queue with it (edge case 25)', () => {
  it('the others are still asked for, and the sweep says that it failed', async () => {
    const left = await at().enter();
    await expect(at().choose(left, 'subject', 'forge')).rejects.toMatchObject({
      name: 'ChangeFailed',
    });
    expect(takeLog()).toContain('QueueDoesNotExist');
    const others = await Promise.all(Array.from({ length: 6 }, () => at().enter()));
    for (const learnerId of others) await at().choose(learnerId, 'subject');
    await loseMessages();
    at().wait(300);
    takeLog();
    await expect(at().sweep()).rejects.toThrow('1 messages could not be sent');
    expect(takeLog()).toMatch(/"message not sent".*"providerId":"forge"/);
    await at().deliverAll();
    for (const learnerId of others) {
      expect((await at().row(learnerId)).places.subject?.state).toBe('active');
    }
    // It waits its turn like all others, and does not stand in the way of the next sweep.
    await at().sweep();
  });
});
