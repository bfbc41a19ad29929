import { carryBefore } from './carry-over.ts';
import type { Clients } from './clients.ts';
import { deploy } from './deploy.ts';
import { invite } from './invite.ts';
import { recordOf, requireRecord } from './name.ts';
import type { RolloutOptions } from './options.ts';
import type { Place } from './place.ts';
import type { Plan, Run } from './plan.ts';
import { seed } from './seed.ts';
import { RolloutStopped } from './stopped.ts';
import { type Outcome, summaryOf } from './summary.ts';

/**
 * The steps of a plan that change something, and what tries the result: deploy, seed, invite, migrate, smoke, summary. A
 * region that is closed, because it is being restored, neither migrates nor is tried.
 *
 * @throws {RolloutStopped} never with the exit code that says that nothing was changed
 */
export async function carryOut(plan: Plan, options: RolloutOptions, run: Run): Promise<Outcome> {
  try {
    return await allSteps(plan, options, run);
  } catch (error) {
    throw RolloutStopped.halfWay(error);
  }
}

async function allSteps(
  { place, clients, ground, assembly, tools, changes, secrets }: Plan,
  { parameters = {}, overwriteSecrets }: RolloutOptions,
  run: Run,
): Promise<Outcome> {
  const { teller } = run;
  const { target, interval } = place;
  const { changed, outputs } = await teller.step('deploy', async (progress) => {
    const carried = await carryBefore(clients.secrets, target.region, changes);
    if (carried > 0) progress(`keeps what opens ${carried} providers until the stack has changed`);
    const settings = { interval, parameters };
    const result = await deploy(tools, target, assembly.directory, settings, progress);
    // Told here, for nothing after it may come to its end before the record is made.
    const record = recordOf(target.region, result.outputs);
    const lines = record === undefined ? [] : [`in DNS: ${record}`];
    return { result, text: result.changed ? 'done' : 'no change', lines, facts: { ...result } };
  });
  const { missing } = await teller.step('seed', () =>
    seed(clients.secrets, target.region, {
      values: secrets,
      overwrite: overwriteSecrets === true,
    }),
  );
  const administrator = await teller.step('invite', () =>
    invite(clients.cognito, target.region, outputs['StaffPoolId'] ?? ''),
  );
  const serving = parameters['Serving'] ?? ground.stack?.parameters['Serving'];
  if (serving !== 'no') {
    await migrated(clients, outputs, run);
    await tried(place, outputs, run);
  }
  const outcome = { changed, outputs, missing, administrator };
  return teller.step('summary', async () => summaryOf(target, outcome));
}

/** Brings rows that earlier releases wrote to this one's shape; releases up to 0.1.0 had nothing that does. */
async function migrated(
  { lambda }: Clients,
  outputs: Outcome['outputs'],
  { teller }: Run,
): Promise<void> {
  if (outputs['MigrationFunction'] === undefined) return;
  const { migrate } = await import('../migrate.ts');
  await teller.step('migrate', (progress) => migrate(lambda, outputs, progress));
}

/** A synthetic learner goes through the real endpoints, and leaves nothing behind. */
async function tried(
  { target }: Place,
  outputs: Outcome['outputs'],
  { teller, interrupted }: Run,
): Promise<void> {
  await teller.step('smoke', async (progress) => {
    await requireRecord(target.region, outputs);
    const { passedIn, smokeTest } = await import('../smoke.ts');
    const { ApiUrl = '', PublicPoolId = '' } = outputs;
    const report = await smokeTest({
      target,
      outputs: { ApiUrl, PublicPoolId },
      interrupted,
      tell: ({ step, state, answer, detail }) =>
        progress(`${step}: ${state} ${answer ?? detail ?? ''}`, { check: step, passed: state }),
    });
    const passed = passedIn(report);
    const text = `a synthetic learner went through ${passed} steps and is gone`;
    return { result: report, text, facts: { passed } };
  });
}
