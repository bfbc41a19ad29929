import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Target, type TargetOptions, targetOf } from '../target.ts';
import { asking } from './asking.ts';
import { type Clients, clientsFor } from './clients.ts';
import { type DeployedStack, describeStack } from './stack.ts';
import { RolloutStopped } from './stopped.ts';
import type { Teller } from './teller.ts';

/** How a command that only looks was called. */
export interface LookOptions extends TargetOptions {
  readonly json?: true;
}

/** A target, and what there is of it. */
export interface Looked {
  readonly target: Target;
  readonly clients: Clients;
  readonly stack: DeployedStack | undefined;
}

/**
 * Reads the region file, and looks whose credentials these are and whether the region is deployed; nothing is changed.
 *
 * @throws {InvalidRegionFile} before anything is asked of AWS
 */
export async function lookAt(
  file: string,
  options: TargetOptions,
  teller: Teller,
): Promise<Looked> {
  const { endpoint, profile } = options;
  const named = {
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
  };
  const target = await teller.step('validate', async () => ({
    result: targetOf(file, named),
    text: file,
  }));
  const clients = clientsFor(target);
  return teller.step('preflight', async () => {
    const { Account: account = '' } = await asking('asking who you are', () =>
      clients.sts.send(new GetCallerIdentityCommand({})),
    );
    const stack = await asking('looking at the stack', () =>
      describeStack(clients.cloudFormation, target.stackName),
    );
    const { awsRegion } = target.region.deployment;
    const state = stack === undefined ? 'is not there' : `is in ${stack.status}`;
    return {
      result: { target, clients, stack },
      text: `${target.stackName} ${state}, account ${account}, ${awsRegion}`,
      facts: { account, awsRegion, stack: stack?.status ?? null },
    };
  });
}

/** @throws {RolloutStopped} `stack-absent` */
export function requireStack({ stack, target }: Looked): DeployedStack {
  if (stack !== undefined) return stack;
  const { stackName, file } = target;
  const text = `There is no stack ${stackName} in this account and AWS region. Check the profile and deployment.awsRegion, or deploy it: npm run rollout -- ${file}`;
  throw new RolloutStopped('stack-absent', text);
}
