import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wantedOf } from '../../functions/enrolment/place.rules.ts';
import { ProviderId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

captureLog();
const mill = provider();
const at = station(mill);

const category = fc.constantFrom('subject', 'language');
const fault = fc.constantFrom(
  { kind: 'lose-answer', times: 1 },
  { kind: 'lose-answer', times: 2, methods: ['POST', 'PATCH', 'DELETE'] },
  { kind: 'status', status: 503, times: 1 },
  { kind: 'status', status: 429, retryAfter: 5, times: 1 },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('change'), category }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('suspend or resume') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deliver') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deliver twice') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fault'), fault }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait') }) },
);

describe('given a learner who changes their mind while the provider fails in every way', () => {
  it('there is exactly the account that the places want in the end, asked of the provider', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const learnerId = await at().enter();
        for (const next of steps) await take(learnerId, next);
        await mill().recover();
        await at().deliverAll();
        // Whoever came while the provider was paused is parked, for the sweep to bring.
        at().wait(60);
        await at().sweep();
        await at().deliverAll();
        const row = await at().row(learnerId);
        expect(row.sweepDue).toBeUndefined();
        const wanted = wantedOf(row, ProviderId.parse('mill'));
        const ours = (await mill().accounts()).filter(
          ({ externalId }) => externalId === at().accountIdOf(learnerId),
        );
        // One that was not made yet when the approval was suspended is made when it holds again.
        const expected = { active: [[true]], suspended: [[false], []], none: [[]] }[wanted];
        expect(expected).toContainEqual(ours.map(({ active }) => active));
        expect(row.endings).toEqual({});
        expect(Object.values(row.places).map(({ state }) => state)).not.toContain('pending');
      }),
      { numRuns: runs(6) },
    );
  });

  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
  type LearnerId = Awaited<ReturnType<ReturnType<typeof at>['enter']>>;

  async function take(learnerId: LearnerId, next: Step): Promise<void> {
    if ('category' in next) {
      const { places, approval } = await at().row(learnerId);
      if (places[next.category] === undefined) {
        if (approval?.state === 'holds') await at().choose(learnerId, next.category);
      } else await at().giveBack(learnerId, next.category);
    } else if (next.kind === 'suspend or resume') {
      const { approval, version } = await at().row(learnerId);
      const state = approval?.state === 'suspended' ? 'holds' : 'suspended';
      await at().approve(learnerId, state, new Date(Date.UTC(2025, 6, 2) + version).toISOString());
    } else if ('fault' in next) {
      await mill().fault(next.fault);
    } else if (next.kind === 'wait') {
      at().wait(30);
    } else if (next.kind === 'deliver') {
      await at().deliver();
    } else {
      const records = await at().queue.receive();
      await Promise.all([at().work({ Records: records }), at().queue.deliver(at().work, records)]);
    }
  }
});
