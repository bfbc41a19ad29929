import { DiffMethod, StackParameters } from '@aws-cdk/toolkit-lib';
import type { Target } from '../target.ts';
import { asking } from './asking.ts';
import { type Changes, changesOf, type TemplateDiff } from './changes.ts';
import type { Progress } from './teller.ts';
import { byToolkit, type Tools } from './toolkit.ts';

/** What a deployment left behind. */
export interface Deployed {
  readonly changed: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Compares the template that was synthesized with the one that is deployed; makes no change set. */
export async function compare({ toolkit }: Tools, directory: string): Promise<Changes> {
  return asking('comparing with what is deployed', async () => {
    const source = await toolkit.fromAssemblyDirectory(directory);
    const diffs = await toolkit.diff(source, { method: DiffMethod.TemplateOnly() });
    const [only] = Object.values<TemplateDiff>(diffs);
    if (only === undefined) throw new Error('the cloud assembly holds no stack');
    return changesOf(only);
  });
}

/**
 * Deploys by a change set; one without changes is not executed (edge case 47).
 *
 * @param parameters - of the stack; others keep their values
 * @param interval - milliseconds between two looks at the stack's events
 */
export async function deploy(
  { toolkit, host }: Tools,
  { stackName, file }: Target,
  directory: string,
  {
    parameters = {},
    interval,
  }: { readonly parameters?: Readonly<Record<string, string>>; readonly interval: number },
  progress: Progress,
): Promise<Deployed> {
  host.tell(progress);
  const next = `CloudFormation goes back to the state before by itself. Put right what is named above, then run the same command again; "npx ladder status ${file}" says how the stack ${stackName} is.`;
  const failure = { doing: `deploying ${stackName}`, reason: 'deployment-failed', next } as const;
  const { stacks } = await byToolkit(host, failure, async () =>
    toolkit.deploy(await toolkit.fromAssemblyDirectory(directory), {
      // No method named: a change set, unless the template is the same to the letter.
      parameters: StackParameters.withExisting(parameters),
      stackEventPollingInterval: interval,
      assetParallelism: true,
    }),
  );
  const [stack] = stacks;
  if (stack === undefined) throw new Error('the cloud assembly holds no stack');
  return { changed: host.changedNothing !== true, outputs: stack.outputs };
}

/** Prepares an account and region for the CDK; changes nothing where that was done before. */
export async function bootstrap(
  { toolkit, host }: Tools,
  { account, awsRegion }: { readonly account: string; readonly awsRegion: string },
  progress: Progress,
): Promise<void> {
  host.tell(progress);
  const { BootstrapEnvironments } = await import('@aws-cdk/toolkit-lib');
  const next = 'The stack CDKToolkit in CloudFormation says more; then run the same command again.';
  const failure = { doing: `bootstrapping ${account}`, reason: 'deployment-failed', next } as const;
  await byToolkit(host, failure, () =>
    toolkit.bootstrap(BootstrapEnvironments.fromList([`aws://${account}/${awsRegion}`])),
  );
}
