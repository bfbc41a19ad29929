import fc from 'fast-check';
import type { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { handIn } from '../../functions/eligibility/applicant.rules.ts';
import { type Command, isQueued, phaseOf, stepOf } from '../../functions/eligibility/case.rules.ts';
import { Application, RequestInput } from '../../functions/eligibility/contract.ts';
import { whenDue } from '../../functions/eligibility/due.rules.ts';
import { claimCase, type Ruling, requestMore } from '../../functions/eligibility/officer.rules.ts';
import type { HeldPaper } from '../../functions/eligibility/papers.rules.ts';
import { dayIn } from '../../regions/calendar.ts';
import { runs } from '../runs.ts';
import { at } from '../runtime/village.ts';
import { approval, decide, officer, region, until } from './letters.ts';

describe('edge case 10: whatever time, a learner and an officer do to an approval', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.nat(40) }) },
    fc.record({ do: fc.constant('paper' as const), days: fc.integer({ min: 1, max: 90 }) }),
    fc.record({
      do: fc.constantFrom('hand-in' as const, 'approve', 'reject', 'request-more'),
      days: fc.constant(0),
    }),
  );

  it('it is suspended only when the learner had the days, and there is always a way back', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (orders) => {
        let now = at('2025-07-02T12:00');
        let found = approval({ claim: undefined });
        let papers: readonly HeldPaper[] = [];
        for (const { do: what, days } of orders) {
          if (what === 'paper') {
            papers = [until(dayIn(region, now).add({ days }).toString()), ...papers];
          } else if (what === 'wait') {
            // The job looks every day.
            for (let day = 0; day < days; day += 1) {
              now = now.add({ hours: 24 });
              found = pass(found, now);
            }
          } else {
            const claimed = claimCase(found, { staffId: officer, now });
            const before = what !== 'hand-in' && claimed.kind !== 'refused' ? claimed.next : found;
            const ruling = rule(what, before, papers, now);
            if (ruling.kind === 'allowed') found = stepped(what, before, ruling.next);
          }
          expect(Application.safeParse(found).error).toBe(undefined);
          met.add(phaseOf(found));
          if (found.state === 'suspended') expect(isQueued(found)).toBe(true);
          if (found.state === 'approved' && found.graceUntil === undefined)
            expect((found.papersUntil ?? '9999') >= dayIn(region, now).toString()).toBe(true);
        }
      }),
      { numRuns: runs(400) },
    );
    expect([...met].sort()).toEqual(['approved', 'ended', 'new-paper', 'papers-replaced']);
  });

  function pass(before: Application, now: Temporal.Instant): Application {
    const due = whenDue(region, before, now);
    if (due === undefined) return before;
    if (due.next.state === 'suspended') {
      expect(before.waitingFor).not.toBe('papers-replaced');
      // All the days that the last notice named, and it named one.
      expect(before.request?.until).toBe(before.graceUntil);
      expect((before.graceUntil ?? '9999') < dayIn(region, now).toString()).toBe(true);
    }
    const command = { suspended: 'suspend', approved: 'begin-grace', ended: 'expire' } as const;
    const { state } = due.next;
    if (state !== 'suspended' && state !== 'approved' && state !== 'ended') throw new Error(state);
    return pass(
      due.action === 'reminded' ? due.next : stepped(command[state], before, due.next),
      now,
    );
  }

  function stepped(command: Command, before: Application, next: Application): Application {
    expect(stepOf(phaseOf(before), command)).toContain(phaseOf(next));
    if (command === 'approve') expect(next).not.toHaveProperty('graceUntil');
    if (command === 'request-more')
      expect((next.graceUntil ?? '') >= (before.graceUntil ?? '')).toBe(true);
    return next;
  }

  function rule(
    what: 'hand-in' | 'approve' | 'reject' | 'request-more',
    found: Application,
    papers: readonly HeldPaper[],
    now: Temporal.Instant,
  ): Ruling<string> {
    const acting = { staffId: officer, now };
    switch (what) {
      case 'hand-in':
        return handIn(region, found, papers, now);
      case 'approve':
        return decide(found, papers, 'approved', acting);
      case 'reject':
        return decide(found, papers, 'rejected', acting);
      case 'request-more': {
        const words = RequestInput.parse({ evidence: ['letter'], message: 'Please.' });
        return requestMore(region, found, words, acting);
      }
    }
  }
});
