import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { migrate, patient } from './migrate.ts';
import { describeStack } from './rollout/stack.ts';

/**
 * Runs the migrations of data of a region that `ladder start` has started, as a rollout does of one that it deployed: what an
 * earlier release kept comes to this one's shape, and what waits for that goes on. The region serves meanwhile; what goes
 * wrong is told, and the next start goes on.
 *
 * @param url - of the local region
 * @param stackName - of its stack
 * @param interrupted - ends it, with nothing told: the region stops
 */
export async function migrateStarted(
  url: string,
  stackName: string,
  interrupted: AbortSignal,
): Promise<void> {
  const here = {
    endpoint: `${url}/_aws`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const [lambda, cloudFormation] = [new LambdaClient(here), new CloudFormationClient(here)];
  const stop = () => {
    for (const client of [lambda, cloudFormation]) client.destroy();
  };
  interrupted.addEventListener('abort', stop, { once: true });
  try {
    const stack = await describeStack(cloudFormation, stackName);
    const told = () => interrupted.throwIfAborted();
    await migrate(lambda, stack?.outputs ?? {}, told, { ...patient, signal: interrupted });
  } catch (error) {
    if (!interrupted.aborted) console.error(error instanceof Error ? error.message : error);
  } finally {
    stop();
    interrupted.removeEventListener('abort', stop);
  }
}
