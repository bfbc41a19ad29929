import {
  type CloudFormationClient,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { asking } from './asking.ts';
import type { Looked } from './look.ts';
import { describeStack } from './stack.ts';
import { RolloutStopped } from './stopped.ts';
import type { Progress } from './teller.ts';
import { byToolkit, toolkitFor } from './toolkit.ts';

/** Milliseconds between two looks at the stack's events: at AWS more often is answered "Rate exceeded". */
const usualInterval = 2000;

/**
 * Deletes a stack by the toolkit, with the roles that made it. What its template retains stays. A deletion that does not
 * begin leaves the stack as protected as it was.
 *
 * @param directory - the cloud assembly, for its stack's name
 * @throws {RolloutStopped} `deletion-failed`, naming the resources that could not be deleted
 */
export async function deleteStack(
  { target, clients }: Pick<Looked, 'target' | 'clients'>,
  directory: string,
  progress: Progress,
  interval = usualInterval,
): Promise<void> {
  const { stackName } = target;
  const { toolkit, host } = toolkitFor(target);
  host.tell(progress);
  await asking('taking termination protection away', () =>
    protect(clients.cloudFormation, stackName, false),
  );
  const next = 'Put right what is named above, then run the same command again.';
  const failure = { doing: `deleting ${stackName}`, reason: 'deletion-failed', next } as const;
  try {
    await byToolkit(host, failure, async () =>
      toolkit.destroy(await toolkit.fromAssemblyDirectory(directory), {
        stackEventPollingInterval: interval,
      }),
    );
  } catch (error) {
    throw await protectedAgain(clients.cloudFormation, stackName, error);
  }
}

function protect(client: CloudFormationClient, StackName: string, enabled: boolean) {
  return client.send(
    new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: enabled }),
  );
}

/**
 * Protects a stack whose deletion has failed, unless it is half gone.
 *
 * @returns the failure, and that the protection is off where it could not be put back
 */
async function protectedAgain(
  client: CloudFormationClient,
  stackName: string,
  failure: unknown,
): Promise<unknown> {
  try {
    await asking('putting termination protection back', async () => {
      const stack = await describeStack(client, stackName);
      if (stack !== undefined && !stack.status.startsWith('DELETE_'))
        await protect(client, stackName, true);
    });
    return failure;
  } catch (error) {
    const said = [failure, error].map((one) => (one instanceof Error ? one.message : String(one)));
    const text = `Nothing keeps the stack from being deleted by mistake now. To protect it again: aws cloudformation update-termination-protection --stack-name ${stackName} --enable-termination-protection`;
    const code = failure instanceof RolloutStopped ? failure.code : 'deletion-failed';
    return new RolloutStopped(code, [...said, text].join('\n'), { cause: failure });
  }
}
