import { interruption } from './interruption.ts';
import { type LookOptions, lookAt, requireStack } from './rollout/look.ts';
import { type Out, tellerFor } from './rollout/teller.ts';
import { passedIn, smokeTable, smokeTest } from './smoke.ts';

/**
 * `ladder smoke`: only the smoke test of a region that is deployed, as after each rollout.
 *
 * @throws {RolloutStopped} `stack-absent`, or `interrupted`
 * @throws {SmokeTestFailed} with each step that failed
 */
export async function smoke(file: string, options: LookOptions, out?: Out): Promise<void> {
  const teller = tellerFor(options.json === true, out);
  const looked = await lookAt(file, options, teller);
  const { outputs } = requireStack(looked);
  const { ApiUrl = '', PublicPoolId = '' } = outputs;
  await teller.step('smoke', async (progress) => {
    const report = await smokeTest({
      target: looked.target,
      outputs: { ApiUrl, PublicPoolId },
      interrupted: interruption(),
      tell: ({ step, state, answer, detail }) =>
        progress(`${step}: ${state} ${answer ?? detail ?? ''}`, { check: step, passed: state }),
    });
    const passed = passedIn(report);
    const text = `a synthetic learner went through ${passed} steps and is gone`;
    return {
      result: undefined,
      text,
      lines: smokeTable(report).split('\n'),
      facts: { checks: report.steps },
    };
  });
}
