import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { migrationsOf } from '../migrate.ts';
import { asking } from './asking.ts';
import { isNamed } from './aws-refusals.ts';
import { type LookOptions, lookAt, requireStack } from './look.ts';
import { type Filling, fillingOf, ofNobody } from './seed.ts';
import { findingOf, isServing } from './stack.ts';
import { RolloutStopped } from './stopped.ts';
import { type Out, tellerFor } from './teller.ts';

/**
 * `ladder status`: how a region is: its stack, where it answers, whether it is closed, how far its migrations are, which
 * alarms ring, which secrets wait for a value.
 *
 * @throws {RolloutStopped} `stack-absent`, `stack-busy`, `stack-broken`: for pipelines, by the exit code
 */
export async function status(file: string, options: LookOptions, out?: Out): Promise<void> {
  const teller = tellerFor(options.json === true, out);
  const looked = await lookAt(file, options, teller);
  const { target, clients } = looked;
  const finding = await teller.step('summary', async () => {
    const stack = requireStack(looked);
    const [ringing, { missing, left, carried }, migrations] = await Promise.all([
      asking('looking at alarms', () => ringingAlarms(clients.cloudWatch, target.stackName)),
      isServing(stack)
        ? asking('looking at secrets', () => fillingOf(clients.secrets, target.region))
        : unasked,
      isServing(stack)
        ? asking('asking for migrations', () => migrationsOf(clients.lambda, stack.outputs))
        : 'not asked while the stack changes',
    ]);
    // A stack of before the parameter serves.
    const { Serving: serving = 'yes' } = stack.parameters;
    const lines = [
      ...Object.entries(stack.outputs).map(([name, value]) => `${name}: ${value}`),
      `serving: ${serving === 'yes' ? 'yes' : 'no, it is closed (parameter Serving)'}`,
      `migrations: ${migrations}`,
      ...(ringing?.map((name) => `alarm: ${name}`) ?? ['alarms: this endpoint keeps none']),
      ...missing.map((name) => `secret without a value: ${name}`),
      ...left.map(ofNobody),
      ...(carried === undefined
        ? []
        : [
            `an upgrade has not ended: roll out again, for ${carried} has values that no function reads`,
          ]),
    ];
    const changed = stack.changedAt?.toISOString() ?? 'unknown';
    const found = findingOf(stack, target);
    const facts = {
      outputs: stack.outputs,
      serving: serving === 'yes',
      migrations,
      alarms: ringing ?? null,
      missing,
      left,
      carried: carried ?? null,
      changed,
      code: found?.code,
    };
    const text = `${stack.status} since ${changed}, ${ringing?.length ?? 'no'} alarms ring`;
    return { result: found, text, lines, facts };
  });
  if (finding !== undefined) throw RolloutStopped.of([finding]);
}

/** What is told of secrets while the stack changes. */
const unasked: Filling = { missing: [], left: [], carried: undefined };

/** The region's alarms that ring; undefined at an endpoint that keeps no alarms, such as a local region's. */
async function ringingAlarms(
  client: CloudWatchClient,
  stackName: string,
): Promise<readonly string[] | undefined> {
  const names: string[] = [];
  // As `lib/support/alarms.ts` names them.
  const query = { AlarmNamePrefix: `${stackName}: `, StateValue: 'ALARM' } as const;
  try {
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms(
      { client },
      query,
    )) {
      for (const { AlarmName = '' } of [...MetricAlarms, ...CompositeAlarms]) names.push(AlarmName);
    }
  } catch (error) {
    if (isNamed(error, 'UnknownOperationException', 'InvalidAction')) return undefined;
    throw error;
  }
  return names;
}
