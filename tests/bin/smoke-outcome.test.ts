import { expect, it } from 'vitest';
import { passedIn, type SmokeReport } from '../../bin/smoke.ts';

const report = (state: SmokeReport['state']): SmokeReport => ({
  state,
  milliseconds: 5,
  steps: [
    { step: 'erase', state: 'passed', milliseconds: 3 },
    { step: 'gone', state: state === 'passed' ? 'passed' : 'failed', milliseconds: 2 },
  ],
});

it('a smoke test that passed says how many steps', () => {
  expect(passedIn(report('passed'))).toBe(2);
});

it.each([
  ['failed', 'smoke-test-failed', 5],
  // Neither a failure of the region nor a success: pipelines have to tell them apart.
  ['interrupted', 'interrupted', 130],
] as const)('a smoke test that was %s ends a rollout as %s, with %i', (state, code, exitCode) => {
  expect(() => passedIn(report(state))).toThrow(expect.objectContaining({ code, exitCode }));
});
