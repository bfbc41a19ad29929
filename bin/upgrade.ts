import { interruption } from './interruption.ts';
import { asking } from './rollout/asking.ts';
import { type Clients, clientsFor } from './rollout/clients.ts';
import type { RolloutOptions } from './rollout/options.ts';
import { type Step, stepBetween } from './rollout/release.ts';
import { rollout } from './rollout/rollout.ts';
import { describeStack } from './rollout/stack.ts';
import { RolloutStopped } from './rollout/stopped.ts';
import type { Outcome } from './rollout/summary.ts';
import { type Answer, type Out, tellerFor } from './rollout/teller.ts';
import { type Target, targetOf } from './target.ts';

/** How `ladder upgrade` was called: a rollout to where a region is. */
export type UpgradeOptions = Omit<RolloutOptions, 'local' | 'data' | 'keep' | 'port'>;

/**
 * `ladder upgrade`: brings a deployed region to this release. A rollout, with its guard against the loss of tables and
 * pools, that refuses to go back and says what it will migrate. The rollout runs the migrations of data, while learners
 * go on, once CloudFormation has ended its update: one that is rolled back has changed no row.
 *
 * @throws {InvalidRegionFile} before anything is asked of AWS (edge case 46)
 * @throws {DeployedIsNewer}
 * @throws {MigrationStopped}
 * @throws {RolloutStopped} `stack-absent`, and what a rollout stops for
 */
export async function upgrade(
  file: string,
  options: UpgradeOptions,
  { interrupted = interruption(), out }: { interrupted?: AbortSignal; out?: Out } = {},
): Promise<Outcome> {
  const teller = tellerFor(options.json === true, out);
  const { endpoint, profile } = options;
  const target = targetOf(file, {
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
  });
  const clients = clientsFor(target);
  await teller.step('check', () => compared(target, clients));
  return rollout(file, options, { interrupted, ...(out !== undefined && { out }) });
}

async function compared(target: Target, { cloudFormation }: Clients): Promise<Answer<Step>> {
  const { file, stackName } = target;
  const stack = await asking(`looking for the stack ${stackName}`, () =>
    describeStack(cloudFormation, stackName),
  );
  if (stack === undefined)
    throw new RolloutStopped(
      'stack-absent',
      `There is no stack ${stackName} to upgrade. Deploy the region first: npx ladder rollout ${file}`,
    );
  const { version } = await import('../lib/version.ts');
  const step = stepBetween(stack.outputs['Version'], version);
  const work = step.migrations === 0 ? 'no' : `${step.migrations}`;
  const text = `release ${step.from} runs there, this is ${step.to}: ${work} new migrations of data`;
  return { result: step, text, facts: { ...step } };
}
