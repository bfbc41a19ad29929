import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appeal, handIn, withdraw } from '../../functions/eligibility/applicant.rules.ts';
import { claimantOf } from '../../functions/eligibility/case.rules.ts';
import { Application } from '../../functions/eligibility/contract.ts';
import {
  type Acting,
  claimCase,
  decidersOf,
  type Ruling,
  releaseCase,
} from '../../functions/eligibility/officer.rules.ts';

import { runs } from '../runs.ts';
import { ask, clean, decide, first, officer, region, second, summer, waiting } from './desk.ts';

describe('whatever an applicant and three officers do, in any order', () => {
  const officers = [first, second, officer('3')];
  const who = fc.constantFrom(...officers);
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom('claim', 'release', 'ask', 'approve', 'reject'), who }),
    fc.record({ do: fc.constantFrom('hand-in', 'appeal', 'withdraw'), who: fc.constant(first) }),
    fc.record({ do: fc.constant('wait'), who: fc.constant(first) }),
  );

  it('is decided only by who has claimed it, with a reason, and an appeal by another', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (orders) => {
        let found = waiting();
        let now = summer;
        for (const { do: what, who: staffId } of orders) {
          if (what === 'wait') now = now.add({ hours: 9 });
          const acting = { staffId, now };
          const before = found;
          const ruling = rule(what, found, acting);
          if (ruling?.kind === 'allowed') found = ruling.next;
          expect(Application.safeParse(found).error).toBe(undefined);
          if (found.decision !== before.decision) {
            expect(claimantOf(before, now)).toBe(staffId);
            expect(found.decision?.findings.at(-1)?.explanation).not.toBe('');
          }
        }
        const deciders = decidersOf(found);
        expect(new Set(deciders).size).toBe(deciders.length);
        expect(deciders.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: runs(100) },
    );
  });

  function rule(what: string, found: Application, acting: Acting): Ruling<string> | undefined {
    switch (what) {
      case 'claim':
        return claimCase(found, acting);
      case 'release':
        return releaseCase(found, acting);
      case 'ask':
        return ask(found, acting);
      case 'approve':
        return decide(found, 'approved', acting);
      case 'reject':
        return decide(found, 'rejected', acting);
      case 'hand-in':
        return handIn(region, found, [clean], acting.now);
      case 'appeal':
        return appeal(region, found, 'Again.', acting.now);
      case 'withdraw':
        return withdraw(found, acting.now);
      default:
        return undefined;
    }
  }
});
